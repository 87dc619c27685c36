import { appendFileSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { applyEvent, foldEvents, type RunSnapshot, startSnapshot } from '../../nodes/core/run-snapshot'
import { makeFolder, writeAtomicSync, writeError } from '../storage/files'

/** Events are written, and told, together: at most this long after they happened. */
const FLUSH_MS = 40

const RETRY_MS = 1_000

/** A client that lacks more events than this gets a snapshot. */
const TAIL = 500

export interface RunLogListener {
  /** The events are on disk. */
  onEvents(events: RunEvent[], snapshot: RunSnapshot): void
}

/**
 * The events of one run, numbered without gaps: appended to `events.log` first, then told. What was never written was
 * never told, so a kill at any moment leaves a log that everybody's copy is a part of. When the run is over, its
 * snapshot takes the place of the log.
 */
export class RunLog {
  private readonly tail: RunEvent[]
  private readonly pending: { body: RunEventBody; at: number }[] = []
  private timer: NodeJS.Timeout | undefined

  private constructor(
    private readonly folder: string,
    readonly snapshot: RunSnapshot,
    events: RunEvent[],
    private readonly listener: RunLogListener,
  ) {
    this.tail = events.slice(-TAIL)
  }

  static create(
    folder: string,
    run: string,
    queued: Extract<RunEventBody, { type: 'run.queued' }>,
    listener: RunLogListener,
  ): RunLog {
    const event = { ...queued, run, seq: 1, at: Date.now() }
    makeFolder(folder)
    appendLines(folder, [event])
    return new RunLog(folder, startSnapshot(event), [event], listener)
  }

  /** Undefined when there is no such run, or nothing of it is readable. */
  static open(folder: string, listener: RunLogListener): RunLog | undefined {
    const snapshot = readSnapshot(folder)
    if (snapshot) return new RunLog(folder, snapshot, [], listener)
    const events = readEvents(folder)
    if (events.length === 0) return undefined
    return new RunLog(folder, foldEvents(events), events, listener)
  }

  add(body: RunEventBody): void {
    // Of several reports of progress within one flush only the last says anything.
    const same = this.pending.findIndex((other) => isSameProgress(other.body, body))
    if (same >= 0) this.pending.splice(same, 1)
    this.pending.push({ body, at: Date.now() })
    this.flushIn(FLUSH_MS)
  }

  private flushIn(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      try {
        this.flush()
      } catch {} // tried again
    }, ms)
  }

  /** @throws StudioError `storage/full`, `storage/unwritable`; the events then stay pending */
  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.pending.length === 0) return
    const { id } = this.snapshot.summary
    let { seq } = this.snapshot
    const events = this.pending.map(({ body, at }): RunEvent => ({ ...body, run: id, seq: ++seq, at }))
    try {
      appendLines(this.folder, events)
    } catch (error) {
      this.flushIn(RETRY_MS) // a full disk: nothing is told until it is written
      throw error
    }
    this.pending.length = 0
    for (const event of events) applyEvent(this.snapshot, event)
    this.tail.push(...events)
    if (this.tail.length > 2 * TAIL) this.tail.splice(0, this.tail.length - TAIL)
    this.listener.onEvents(events, this.snapshot)
  }

  /** What a client lacks whose last event is `seq`. */
  since(seq: number): { events: RunEvent[]; snapshot?: RunSnapshot } {
    const missing = this.snapshot.seq - seq
    if (missing === 0) return { events: [] }
    const isKept = missing > 0 && missing <= TAIL && this.tail.length >= missing
    return isKept ? { events: this.tail.slice(-missing) } : { events: [], snapshot: this.snapshot }
  }

  /** The run is over: the snapshot is all that is needed from now on. */
  seal(): void {
    this.flush()
    writeAtomicSync(snapshotFile(this.folder), JSON.stringify(this.snapshot))
    rmSync(logFile(this.folder), { force: true })
  }

  /** Forgets what has not been written: the studio stops, and the run goes on when it starts again. */
  abandon(): void {
    clearTimeout(this.timer)
    this.pending.length = 0
  }
}

const logFile = (folder: string) => path.join(folder, 'events.log')
const snapshotFile = (folder: string) => path.join(folder, 'snapshot.json')

function isSameProgress(a: RunEventBody, b: RunEventBody): boolean {
  if (a.type === 'run.progressed') return b.type === 'run.progressed'
  return a.type === 'job.progressed' && b.type === 'job.progressed' && a.step === b.step
}

function appendLines(folder: string, events: RunEvent[]): void {
  const file = logFile(folder)
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  try {
    appendFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  } catch (error) {
    if (statSync(file, { throwIfNoEntry: false })) truncateSync(file, size)
    throw writeError(error, file)
  }
}

function readSnapshot(folder: string): RunSnapshot | undefined {
  try {
    return JSON.parse(readFileSync(snapshotFile(folder), 'utf8')) as RunSnapshot
  } catch {
    return undefined // not over yet
  }
}

/** What a run that is over amounts to, beside everything else that happens. @throws when it is not kept */
export const readEnded = async (folder: string): Promise<RunSnapshot> =>
  JSON.parse(await readFile(snapshotFile(folder), 'utf8'))

/** The whole lines of the log. A line torn by a kill or a full disk, which nobody has seen, is cut off. */
function readEvents(folder: string): RunEvent[] {
  const file = logFile(folder)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  const events: RunEvent[] = []
  let whole = 0
  for (const line of text.split('\n').slice(0, -1)) {
    const event = parseLine(line, events.length + 1)
    if (!event) break
    events.push(event)
    whole += Buffer.byteLength(line) + 1
  }
  if (whole < Buffer.byteLength(text)) truncateSync(file, whole)
  return events
}

function parseLine(line: string, seq: number): RunEvent | undefined {
  try {
    const event = JSON.parse(line) as RunEvent
    return event.seq === seq ? event : undefined
  } catch {
    return undefined
  }
}
