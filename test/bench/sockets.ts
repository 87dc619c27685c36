/** A storm of sockets on one run: what the slow ones cost the fast ones, and the studio. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { io } from 'socket.io-client'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { type RunListener, RunWatch } from '../../app/_lib/runs/run-watch'
import { isOver, type RunSnapshot } from '../../nodes/core/run-snapshot'
import { emptyWorkflow } from '../support/live-server'
import { type LiveProcess, spawnLive } from '../support/spawn-live'
import { workerBundle } from '../support/worker-bundle'

const SOCKETS = 200
const SECONDS = 40

interface Health {
  heldUpMs: number
  rss: number
  heap: number
}

/** 50 events a second of 4 kB and ten pictures of 10 kB: far more than a run says. */
const chatter = () => ({
  ...emptyWorkflow('w'),
  nodes: {
    chatty: { type: 'test/chatty', version: 1, params: { seconds: SECONDS }, mode: 'on', title: null },
  },
})

export async function benchSockets(): Promise<object[]> {
  const rows: object[] = []
  for (const slow of [0, 10]) {
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))
    const live = await spawnLive(folder, await workerBundle())
    rows.push({ sockets: SOCKETS, slow, ...(await storm(live, slow)) })
    await live.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function storm(live: LiveProcess, slow: number) {
  const { run } = await live.ask<{ run: string }>({ ask: 'start', document: chatter() })
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
  for (const { socket } of clients.slice(0, slow)) wire(socket).pause()
  await live.ask({ ask: 'delay' })
  delays.length = 0

  const memory: Health[] = []
  let isDone = false
  const done = Promise.all(clients.slice(slow).map(({ over }) => over)).then(() => (isDone = true))
  while (!isDone) {
    memory.push(await live.ask<Health>({ ask: 'delay' }))
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1_000))])
  }
  // The slow ones read on, and end up where everybody is.
  for (const { socket } of clients.slice(0, slow)) wire(socket).resume()
  const ends = await Promise.all(clients.map(({ over }) => over))
  const areEqual = ends.every((end) => JSON.stringify(end) === JSON.stringify(ends[slow]))
  for (const { socket } of clients) socket.disconnect()
  delays.sort((a, b) => a - b)
  const half = memory.length >> 1
  const peak = (part: Health[]) => Math.max(...part.map(({ rss }) => rss)) / 1e6
  return {
    p50Ms: delays[delays.length >> 1],
    p95Ms: delays[Math.floor(delays.length * 0.95)],
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

/** The TCP connection below, to stop reading from it; neither library shows it. */
function wire(socket: StudioSocket): { pause(): void; resume(): void } {
  const { transport } = socket.io.engine as unknown as {
    transport: { ws: { pause(): void; resume(): void } }
  }
  return transport.ws
}
