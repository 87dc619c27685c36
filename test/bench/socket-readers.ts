/**
 * Readers of a run as a process of their own: `tsx socket-readers.ts PORT RUN SLOW FAST BARE`. Slow ones stop reading
 * when all are there, fast ones measure, bare ones are the crowd. Says `ready`, then its report when the run is over.
 */
import { createHash } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { io } from 'socket.io-client'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { type RunListener, RunWatch } from '../../app/_lib/runs/run-watch'
import { isOver, type RunSnapshot } from '../../nodes/core/run-snapshot'
import { BareSocket } from './bare-socket'

export interface ReadersReport {
  /** From the event to the listener of a fast reader, ms. */
  p50Ms: number
  p95Ms: number
  /** How late this process itself was (95th percentile), ms; part of every delay. */
  lateMs: number
  /** Of all readers but the slow ones. */
  pictures: number
  /** What each slow and fast one knows of the run at the end; one when all agree. */
  ends: string[]
}

const [port, run, slow, fast, bare] = process.argv
  .slice(2)
  .map((text, i) => (i === 1 ? text : Number(text))) as [number, string, number, number, number]

function client(listener: RunListener) {
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

/** The connection below, to stop reading from it; the library does not show it. */
function wire(socket: StudioSocket): Line {
  const { transport } = socket.io.engine as unknown as { transport: { ws: Line } }
  return transport.ws
}

const delays: number[] = []
let pictures = 0
const listener: RunListener = {
  onEvent: ({ at }) => void delays.push(Date.now() - at),
  onPreview: () => void pictures++,
}
const slowOnes = Array.from({ length: slow }, () => client({}))
const fastOnes = Array.from({ length: fast }, () => client(listener))
const crowd = Array.from({ length: bare }, () => new BareSocket(port, run))
await Promise.all([...slowOnes, ...fastOnes, ...crowd].map(({ ready }) => ready))
const paused = slowOnes.map(({ socket }) => wire(socket))
for (const line of paused) line.pause()
process.send!('ready')
delays.length = 0
const own = monitorEventLoopDelay({ resolution: 5 })
own.enable()
const ends = await Promise.all([...fastOnes, ...crowd].map(({ over }) => over))
own.disable()
// The slow ones read on, and end up where everybody is.
for (const line of paused) if (line.readyState === OPEN) line.resume() // else it was given up, and came back anew
ends.push(...(await Promise.all(slowOnes.map(({ over }) => over))))
delays.sort((a, b) => a - b)
const digest = (end: RunSnapshot) => createHash('sha256').update(JSON.stringify(end)).digest('hex')
const report: ReadersReport = {
  p50Ms: delays[delays.length >> 1] ?? 0,
  p95Ms: delays[Math.floor(delays.length * 0.95)] ?? 0,
  lateMs: own.percentile(95) / 1e6,
  pictures: pictures + crowd.reduce((sum, one) => sum + one.pictures, 0),
  ends: [...new Set(ends.flatMap((end) => (end ? [digest(end)] : [])))],
}
process.send!(report, () => process.exit())
