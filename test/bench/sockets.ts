/** A storm of sockets on one run: what the slow ones cost the fast ones, and the studio. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { io } from 'socket.io-client'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { type RunListener, RunWatch } from '../../app/_lib/runs/run-watch'
import { isOver, type RunSnapshot } from '../../nodes/core/run-snapshot'
import { emptyWorkflow } from '../support/live-server'
import { type LiveProcess, spawnLive } from '../support/spawn-live'
import { workerBundle } from '../support/worker-bundle'

const SOCKETS = 200
const SECONDS = 30

interface Health {
  heldUpMs: number
  rss: number
  heap: number
}

/** What a run really says, and a sentence of 8 kB twenty times a second, so that what is not read piles up. */
const STORMS = [
  { slow: 10, sentenceBytes: 200 },
  { slow: 0, sentenceBytes: 8_000 },
  { slow: 10, sentenceBytes: 8_000 },
]

const chatter = (sentenceBytes: number) => ({
  ...emptyWorkflow('w'),
  nodes: {
    chatty: {
      type: 'test/chatty',
      version: 1,
      params: { seconds: SECONDS, perSecond: 20, sentenceBytes },
      mode: 'on',
      title: null,
    },
  },
})

export async function benchSockets(): Promise<object[]> {
  const rows: object[] = []
  for (const { slow, sentenceBytes } of STORMS) {
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))
    const live = await spawnLive(folder, await workerBundle())
    rows.push({ sockets: SOCKETS, slow, sentenceBytes, ...(await storm(live, slow, sentenceBytes)) })
    await live.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function storm(live: LiveProcess, slow: number, sentenceBytes: number) {
  const { run } = await live.ask<{ run: string }>({ ask: 'start', document: chatter(sentenceBytes) })
  const delays: number[] = []
  const pictures = new Array<number>(SOCKETS).fill(0)
  const clients = Array.from({ length: SOCKETS }, (_, i) => {
    const listener: RunListener = {
      onEvent: ({ at }) => void delays.push(Date.now() - at),
      onPreview: () => void pictures[i]++,
    }
    return client(live.port, run, i < slow ? {} : listener)
  })
  await Promise.all(clients.map(({ ready }) => ready))
  const paused = clients.slice(0, slow).map(({ socket }) => wire(socket))
  for (const line of paused) line.pause()
  await live.ask({ ask: 'delay' })
  delays.length = 0

  // All readers share this process: what it is late itself is part of every delay.
  const own = monitorEventLoopDelay({ resolution: 5 })
  own.enable()
  const memory: Health[] = []
  let isDone = false
  const done = Promise.all(clients.slice(slow).map(({ over }) => over)).then(() => (isDone = true))
  while (!isDone) {
    memory.push(await live.ask<Health>({ ask: 'delay' }))
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1_000))])
  }
  own.disable()
  // The slow ones read on, and end up where everybody is.
  for (const line of paused) if (line.readyState === OPEN) line.resume() // else it was given up, and came back anew
  const ends = await Promise.all(clients.map(({ over }) => over))
  const areEqual = ends.every((end) => JSON.stringify(end) === JSON.stringify(ends[slow]))
  for (const { socket } of clients) socket.disconnect()
  delays.sort((a, b) => a - b)
  const half = memory.length >> 1
  const peak = (part: Health[]) => Math.max(...part.map(({ rss }) => rss)) / 1e6
  return {
    p50Ms: delays[delays.length >> 1],
    p95Ms: delays[Math.floor(delays.length * 0.95)],
    readersLateMs: own.percentile(95) / 1e6,
    firstHalfMB: peak(memory.slice(0, half)),
    secondHalfMB: peak(memory.slice(half)),
    heldUpMs: Math.max(...memory.map(({ heldUpMs }) => heldUpMs)),
    picturesPerSecond:
      pictures.slice(slow).reduce((sum, count) => sum + count, 0) / (SOCKETS - slow) / SECONDS,
    areEqual,
  }
}

function client(port: number, run: string, listener: RunListener) {
  const socket: StudioSocket = io(`http://127.0.0.1:${port}`, {
    path: '/ws',
    transports: ['websocket'],
    forceNew: true,
  })
  let isReady: () => void
  const ready = new Promise<void>((resolve) => (isReady = resolve))
  const over = new Promise<RunSnapshot>((resolve) => {
    const look = (snapshot: RunSnapshot) => {
      isReady()
      if (isOver(snapshot.summary.state)) resolve(snapshot)
    }
    new RunWatch(socket, run, {
      onSnapshot: look,
      onEvent: (event, snapshot) => {
        listener.onEvent?.(event, snapshot)
        look(snapshot)
      },
      onPreview: (preview) => listener.onPreview?.(preview),
    })
  })
  return { socket, ready, over }
}

const OPEN = 1

interface Line {
  readyState: number
  pause(): void
  resume(): void
}

/** The TCP connection below, to stop reading from it; neither library shows it. */
function wire(socket: StudioSocket): Line {
  const { transport } = socket.io.engine as unknown as {
    transport: { ws: Line }
  }
  return transport.ws
}
