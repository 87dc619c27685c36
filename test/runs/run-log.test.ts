import { EventEmitter } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { RunWatch } from '../../app/_lib/runs/run-watch'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { foldEvents, type RunSnapshot } from '../../nodes/core/run-snapshot'
import { RunLog } from '../../server/runs/run-log'
import { tempFolder } from '../support/engine'
import { lastRunEvent, runEvent } from '../support/run-events'

const QUEUED = { type: 'run.queued' as const, number: 1, workflow: 'w', name: 'Test', targets: ['c'] }
const silent = { onEvents: () => {} }

/** As it travels: a client has a copy of its own. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** A connection that is made and lost by the test; answers come at once. */
class Line extends EventEmitter {
  connected = false
  constructor(private readonly log: () => RunLog) {
    super()
  }
  timeout() {
    return { emit: this.ask }
  }
  private readonly ask = (_: string, args: { seq: number }, ack: (error: null, reply: object) => void) => {
    ack(null, { ok: true, ...sent(this.log().since(args.seq)) })
  }
  connect() {
    if (this.connected) return
    this.connected = true
    this.emit('connect')
  }
  disconnect() {
    this.connected = false
  }
}

function client(log: () => RunLog) {
  const line = new Line(log)
  const seen: number[] = []
  let snapshot: RunSnapshot | undefined
  new RunWatch(line as unknown as StudioSocket, 'r', {
    onSnapshot: (now) => {
      snapshot = now
      seen.length = 0 // replay starts behind it
      seen.push(now.seq)
    },
    onEvent: (event, now) => {
      snapshot = now
      seen.push(event.seq)
    },
  })
  return { line, seen, snapshot: () => snapshot }
}

const what = fc.oneof(
  { weight: 6, arbitrary: runEvent.map((body) => ({ do: 'event' as const, body })) },
  { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.nat({ max: 2 }).map((who) => ({ do: 'connect' as const, who })) },
  { weight: 1, arbitrary: fc.nat({ max: 2 }).map((who) => ({ do: 'disconnect' as const, who })) },
  { weight: 1, arbitrary: fc.constant({ do: 'kill' as const }) },
  // More than a log keeps for replay: whoever was away gets a snapshot.
  { weight: 1, arbitrary: fc.constant({ do: 'much' as const }) },
)

it('whoever connects, is cut off and comes back sees every event once and in order, and all end up equal', () => {
  const root = tempFolder()
  let round = 0
  fc.assert(
    fc.property(fc.array(what, { maxLength: 60 }), lastRunEvent, (happenings, last) => {
      const folder = path.join(root, String(round++))
      let clients: ReturnType<typeof client>[] = []
      const tell = {
        onEvents: (events: RunEvent[]) => {
          for (const { line } of clients)
            if (line.connected) line.emit('run.events', sent({ run: 'r', events }))
        },
      }
      let log = RunLog.create(folder, 'r', QUEUED, tell)
      clients = [0, 1, 2].map(() => client(() => log))
      for (const step of happenings) {
        if (step.do === 'event') log.add(step.body)
        else if (step.do === 'flush') log.flush()
        else if (step.do === 'connect') clients[step.who].line.connect()
        else if (step.do === 'disconnect') clients[step.who].line.disconnect()
        else if (step.do === 'much') {
          for (let i = 0; i < 600; i++) log.add({ type: 'job.warned', step: 'a', node: 'a', message: `${i}` })
          log.flush()
        } else {
          log.abandon() // what kill -9 does to events that were not written
          log = RunLog.open(folder, tell)!
        }
      }
      log.add(last)
      log.seal()
      for (const { line } of clients) line.connect()
      for (const { seen, snapshot } of clients) {
        expect(seen).toEqual(seen.map((_, i) => seen[0] + i))
        expect(snapshot()).toEqual(sent(log.snapshot))
      }
      expect(sent(RunLog.open(folder, silent)!.snapshot)).toEqual(sent(log.snapshot))
      rmSync(folder, { recursive: true, force: true })
    }),
    { numRuns: 150 },
  )
})

it('the snapshot is the fold of the events, wherever it is taken', () => {
  fc.assert(
    fc.property(fc.array(runEvent, { maxLength: 40 }), fc.nat(), (bodies, cut) => {
      const events = [QUEUED, ...bodies].map(
        (body: RunEventBody, i): RunEvent => ({ ...body, run: 'r', seq: i + 1, at: i }),
      )
      const at = 1 + (cut % events.length)
      const halfway = sent(foldEvents(events.slice(0, at)))
      const rest = events.slice(at)
      const whole = rest.length > 0 ? foldEvents(rest, halfway) : halfway
      expect(sent(whole)).toEqual(sent(foldEvents(events)))
    }),
    { numRuns: 300 },
  )
})

it('a log torn at any byte gives the events before the tear, and goes on from there', () => {
  const folder = tempFolder()
  const file = path.join(folder, 'events.log')
  const log = RunLog.create(folder, 'r', QUEUED, silent)
  for (const message of ['eins', 'zwei', 'drei — ü'])
    log.add({ type: 'job.warned', step: 'a', node: 'a', message })
  log.flush()
  const bytes = readFileSync(file)
  const firstLine = bytes.indexOf(10) + 1
  for (let cut = firstLine; cut <= bytes.length; cut++) {
    writeFileSync(file, bytes.subarray(0, cut))
    const whole = bytes.subarray(0, cut).filter((byte) => byte === 10).length
    const again = RunLog.open(folder, silent)!
    expect(again.snapshot.seq).toBe(whole)
    again.add({ type: 'run.paused' })
    again.flush()
    expect(RunLog.open(folder, silent)!.snapshot).toMatchObject({
      seq: whole + 1,
      summary: { state: 'paused' },
    })
  }
})

it('several reports of progress in one flush are one event', () => {
  const told: RunEvent[] = []
  const log = RunLog.create(tempFolder(), 'r', QUEUED, { onEvents: (events) => void told.push(...events) })
  const progress = {
    type: 'job.progressed' as const,
    step: 'a',
    node: 'a',
    elapsedSeconds: 1,
    memoryBytes: 1,
  }
  for (const fraction of [0.1, 0.2, 0.3]) log.add({ ...progress, fraction })
  log.add({ ...progress, step: 'b', node: 'b', fraction: 0.5 })
  log.flush()
  expect(told.map((event) => 'fraction' in event && event.fraction)).toEqual([0.3, 0.5])
})
