/** A storm of sockets on one run: what the slow ones cost the fast ones, and the studio. */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { emptyWorkflow } from '../support/live-server'
import { type LiveProcess, spawnLive } from '../support/spawn-live'
import { workerBundle } from '../support/worker-bundle'
import type { ReadersReport } from './socket-readers'

const SOCKETS = 200
/** Of the readers, those that measure: the whole client of the browser, in a process that does nothing else. */
const MEASURING = 10
const SECONDS = 30

interface Health {
  heldUpMs: number
  lateMs: number
  cpuSeconds: number
  rss: number
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
  const crowd = readers(live.port, run, 0, 0, SOCKETS - MEASURING - slow)
  await crowd.ready
  const measuring = readers(live.port, run, slow, MEASURING, 0)
  await measuring.ready
  const before = await live.ask<Health>({ ask: 'delay' })
  const startedAt = performance.now()

  const memory: Health[] = []
  let isDone = false
  const done = Promise.all([measuring.report, crowd.report]).finally(() => (isDone = true))
  while (!isDone) {
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1_000))])
    memory.push(await live.ask<Health>({ ask: 'delay' }))
  }
  const seconds = (performance.now() - startedAt) / 1000
  const [{ ends, ...measured }, { pictures }] = await done
  const half = memory.length >> 1
  const peak = (part: Health[]) => Math.max(...part.map(({ rss }) => rss)) / 1e6
  const late = memory.map(({ lateMs }) => lateMs).sort((a, b) => a - b)
  return {
    p50Ms: measured.p50Ms,
    p95Ms: measured.p95Ms,
    readersLateMs: measured.lateMs,
    studioLateMs: late[half],
    studioCpu: (memory.at(-1)!.cpuSeconds - before.cpuSeconds) / seconds,
    firstHalfMB: peak(memory.slice(0, half)),
    secondHalfMB: peak(memory.slice(half)),
    picturesPerSecond: (measured.pictures + pictures) / (SOCKETS - slow) / seconds,
    areEqual: ends.length === 1,
  }
}

/** The readers of `socket-readers.ts`. */
function readers(port: number, run: string, ...counts: [slow: number, fast: number, bare: number]) {
  const child = fork(
    path.join(import.meta.dirname, 'socket-readers.ts'),
    [port, run, ...counts].map(String),
    {
      execArgv: ['--import', 'tsx'],
    },
  )
  const next = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (message) => resolve(message as T))
      child.once('exit', () => reject(new Error('the readers ended early')))
    })
  const ready = next<'ready'>()
  return { ready, report: ready.then(() => next<ReadersReport>()) }
}
