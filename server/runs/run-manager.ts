import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { canonicalJson } from '../../nodes/core/canonical'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { CancelledError, type ErrorJson, StudioError, toErrorJson } from '../../nodes/core/errors'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { isOver, type RunSnapshot, type RunState, type RunSummary } from '../../nodes/core/run-snapshot'
import type { Asked, Engine, RunControls } from '../engine/engine'
import type { LocalFile, Preview } from '../engine/events'
import type { DataFolder } from '../storage/data-folder'
import { makeFolder, writeAtomicSync } from '../storage/files'
import { Posters } from './posters'
import { RunLog } from './run-log'
import type { JobRow, RunRows } from './run-rows'

/** Runs that are over and were looked at stay in memory for the next look. */
const KEPT_LOGS = 20

/** Rows follow the progress of a run this often; its events are always ahead of them. */
const ROW_MS = 2_000

export interface RunManagerOptions {
  data: DataFolder
  engine: Engine
  rows: RunRows
  /** Runs at the same time; the others wait. */
  atOnce?: number
  listener: RunManagerListener
}

export interface RunManagerListener {
  onEvents(run: string, events: RunEvent[], snapshot: RunSnapshot): void
  onPreview(preview: Preview): void
  /** Anything about a run changed that a list shows. */
  onSummary(summary: RunSummary): void
  onRemoved(run: string): void
  /** A run is over: its posters, if it has any, show what the workflow makes. */
  onOver(summary: RunSummary): void
}

export interface StartRun {
  workflow: string
  document: WorkflowDocument
  targets?: readonly string[]
  /** Compute everything anew. */
  fresh?: boolean
  /** The version that holds the document. */
  version?: string
}

/** A workflow as it stands, and the version that holds it. */
interface Edited {
  document: WorkflowDocument
  version?: string
}

/** Why a running run was stopped. */
type Stop = 'cancelled' | 'paused' | 'waiting' | 'studio'

interface Active {
  log: RunLog
  /** What a person is asked about, by node. */
  asked: Map<string, Asked>
  /** Once the engine has begun. */
  controls?: RunControls
  controller: AbortController
  stop?: Stop
  ended: Promise<void>
}

/**
 * The queue of runs. A run is on disk before it is accepted: its frozen document, the first event of its log, and its
 * row. Whatever happens to this process, the next one goes on with it from the jobs that had finished.
 */
export class RunManager {
  private readonly logs = new Map<string, RunLog>()
  private readonly active = new Map<string, Active>()
  /** Runs that wait, in order. */
  private queue: string[] = []
  private number = 0
  private rowsSavedAt = new Map<string, number>()
  private isClosing = false

  constructor(private readonly options: RunManagerOptions) {}

  /** Takes up what the process before this one left. */
  async recover(): Promise<void> {
    const { rows } = this.options
    this.number = await rows.lastNumber()
    const left = await rows.unfinished()
    const resumed: string[] = []
    const waiting: string[] = []
    for (const { summary } of left) {
      const log = this.open(summary.id)
      if (!log) {
        await rows.remove(summary.id) // its folder was deleted
        continue
      }
      const { state } = log.snapshot.summary
      if (state === 'running') {
        log.add({ type: 'run.resumed', why: 'The studio was started again.' })
        log.flush()
        resumed.push(summary.id)
      } else if (state === 'queued') waiting.push(summary.id)
      else await this.saveRow(log)
    }
    this.queue = [...resumed, ...waiting]
    await this.saveQueue()
    this.pump()
  }

  /** Resolves when the run is on disk. @throws StudioError the first problem in the way of its targets */
  async start({ workflow, document, targets = [], fresh, version }: StartRun): Promise<RunSummary> {
    const { data, engine, rows } = this.options
    const frozen = { ...document, id: workflow }
    const plan = engine.plan(frozen, targets)
    if (fresh) engine.forget(frozen, targets)
    const id = randomUUID()
    const folder = this.folder(id)
    makeFolder(folder)
    this.keepDocument(id, frozen)
    const log = RunLog.create(
      folder,
      id,
      {
        type: 'run.queued',
        number: ++this.number,
        workflow,
        name: document.name,
        targets: plan.targets,
        fresh,
        estimateSeconds: engine.estimate(plan),
      },
      this.logListener(id),
    )
    this.logs.set(id, log)
    await rows.insert({ summary: log.snapshot.summary, rank: this.number, version })
    data.cache.touch([...plan.steps.values()].flatMap(({ state, key }) => (state === 'cached' ? [key] : [])))
    this.queue.push(id)
    this.pump()
    const summary = this.summaryOf(log)
    this.options.listener.onSummary(summary)
    return summary
  }

  /** Resolves when the run no longer computes anything. @throws StudioError `run/…` */
  async cancel(id: string): Promise<RunSummary> {
    const active = this.active.get(id)
    if (active) {
      active.stop = 'cancelled'
      active.controller.abort()
      await active.ended
      const ended = this.summaryOf(this.known(id))
      return hasHeard(ended) ? ended : this.cancel(id)
    }
    const log = this.waiting(id, ['queued', 'waiting', 'paused'])
    this.leaveQueue(id)
    await this.end(log, { type: 'run.cancelled', seconds: 0 })
    return this.summaryOf(log)
  }

  /** What has finished stays; the rest waits until `resume`. @throws StudioError `run/…` */
  async pause(id: string): Promise<RunSummary> {
    const active = this.active.get(id)
    if (active) {
      active.stop = 'paused'
      active.controller.abort()
      await active.ended
      const ended = this.summaryOf(this.known(id))
      return hasHeard(ended) || ended.state === 'paused' ? ended : this.pause(id)
    }
    const log = this.waiting(id, ['queued'])
    this.leaveQueue(id)
    await this.change(log, { type: 'run.paused' })
    await this.saveQueue()
    return this.summaryOf(log)
  }

  async resume(id: string): Promise<RunSummary> {
    const log = this.waiting(id, ['paused'])
    await this.goOn(log, 'Resumed.')
    return this.summaryOf(log)
  }

  /**
   * Changes live params of a node that the run computes; they act from its next step on.
   *
   * @throws StudioError `run/…`, `params/invalid`; the node goes on as it was
   */
  tune(id: string, node: string, params: Record<string, unknown>): RunSummary {
    const log = this.known(id)
    const { controls } = this.active.get(id) ?? {}
    const { state } = log.snapshot.summary
    if (!controls || isOver(state)) throw notNow(id, state, 'tuned while it is running')
    controls.tune(node, params)
    return this.summaryOf(log)
  }

  /**
   * Lets a run go on with the value that a review shows, and remembers that it is approved. Twice is as good as once.
   *
   * @param edited what the run goes on with instead of the document it had; its finished steps are reused as ever
   * @throws StudioError `run/…`; the first problem in the way of the edited document
   */
  async approve(id: string, node: string, edited?: Edited): Promise<RunSummary> {
    if (this.isApproved(id, node)) return this.summaryOf(this.known(id))
    if (edited && this.differs(id, edited)) await this.exchange(id, edited)
    const log = this.known(id)
    if (this.isApproved(id, node)) return this.summaryOf(log)
    const before = log.snapshot.summary.state
    if (!this.active.get(id)?.asked.get(node)?.approve()) {
      const { asked, outputs } = log.snapshot.nodes[node]
      this.options.engine.approve(asked!.key, this.document(id).nodes[node]?.type ?? '', outputs)
      log.add({ type: 'job.approved', step: node, node })
    }
    if (before === 'waiting') await this.goOn(log, 'Approved.')
    else await this.keep(log)
    return this.summaryOf(log)
  }

  /** @throws StudioError when there is nothing to approve */
  private isApproved(id: string, node: string): boolean {
    const log = this.known(id)
    const { nodes, summary } = log.snapshot
    const asked = Object.hasOwn(nodes, node) ? nodes[node] : undefined
    if (asked?.asked?.isApproved) return true
    if (asked?.state === 'asking' && !isOver(summary.state)) return false
    throw new StudioError(
      'run/not-asking',
      `Run ${id.slice(0, 8)} does not ask about ${asked ? `its node "${node}"` : 'a node of that name'} now.`,
      { hint: isOver(summary.state) ? `It is ${summary.state}.` : 'It may not have got there yet.' },
    )
  }

  private differs(id: string, { document }: Edited): boolean {
    const frozen = { ...document, id: this.known(id).snapshot.summary.workflow }
    return canonicalJson(frozen) !== canonicalJson(this.document(id))
  }

  /** Another document for a run that has not ended; what it computes at the moment is stopped. */
  private async exchange(id: string, { document, version }: Edited): Promise<void> {
    const { engine, rows } = this.options
    const log = this.known(id)
    const { workflow, targets: asked } = log.snapshot.summary
    const frozen = { ...document, id: workflow }
    const wereAll = canonicalJson(engine.plan(this.document(id)).targets) === canonicalJson(asked)
    const { targets } = engine.plan(frozen, wereAll ? [] : asked) // what cannot run is refused before anything stops
    const active = this.active.get(id)
    if (active) {
      active.stop = 'waiting'
      active.controller.abort()
      await active.ended
    }
    if (isOver(log.snapshot.summary.state)) return
    this.keepDocument(id, frozen)
    log.add({ type: 'run.edited', targets })
    log.flush()
    await rows.update(id, { version })
  }

  private keepDocument(id: string, document: WorkflowDocument): void {
    writeAtomicSync(path.join(this.folder(id), DOCUMENT), JSON.stringify(document))
  }

  /** Back into the queue. */
  private async goOn(log: RunLog, why: string): Promise<void> {
    const { id } = log.snapshot.summary
    const { ended } = this.active.get(id) ?? {}
    await this.change(log, { type: 'run.resumed', why })
    await ended
    if (log.snapshot.summary.state !== 'queued') return // cancelled meanwhile
    this.queue.push(id)
    await this.saveQueue()
    this.pump()
  }

  /** The same document and targets once more, as a run of its own. */
  async retry(id: string): Promise<RunSummary> {
    const log = this.known(id)
    const { state, workflow, targets } = log.snapshot.summary
    if (!isOver(state)) throw notNow(id, state, 'tried again when it is over')
    const row = await this.options.rows.find(id)
    return this.start({ workflow, targets, document: this.document(id), version: row?.version })
  }

  /** @param position from 1, among those that wait */
  async move(id: string, position: number): Promise<RunSummary> {
    const log = this.waiting(id, ['queued'])
    this.queue = this.queue.filter((other) => other !== id)
    this.queue.splice(Math.max(0, position - 1), 0, id)
    await this.saveQueue()
    return this.summaryOf(log)
  }

  /** Takes a run that is over out of the history; its results stay until they are cleaned up. */
  async remove(id: string): Promise<void> {
    const log = this.known(id)
    const { state } = log.snapshot.summary
    if (!isOver(state)) throw notNow(id, state, 'removed when it is over')
    await this.options.rows.remove(id)
    this.logs.delete(id)
    rmSync(this.folder(id), { recursive: true, force: true })
    this.options.listener.onRemoved(id)
  }

  /** The newest first. `next`: hand it in as `before` for the ones after these. */
  async list(query: { workflow?: string; before?: number; limit?: number } = {}): Promise<{
    runs: RunSummary[]
    next?: number
  }> {
    const { limit = 50, ...rest } = query
    const rows = await this.options.rows.page({ ...rest, limit: limit + 1 })
    const runs = rows.slice(0, limit).map(({ summary }) => {
      const log = this.logs.get(summary.id)
      return log ? this.summaryOf(log) : summary
    })
    return { runs, next: rows.length > limit ? runs.at(-1)?.number : undefined }
  }

  /** @throws StudioError `run/not-found` */
  snapshot(id: string): RunSnapshot {
    const { snapshot } = this.known(id)
    return { ...snapshot, summary: this.summaryOf(this.known(id)) }
  }

  /** What was run. @throws StudioError `run/not-found` */
  document(id: string): WorkflowDocument {
    try {
      return parseDocument(readFileSync(path.join(this.folder(id), DOCUMENT), 'utf8'))
    } catch (error) {
      if (error instanceof StudioError) throw error
      throw notFound(id)
    }
  }

  /** What a client lacks whose last event is `seq`. @throws StudioError `run/not-found` */
  since(id: string, seq: number): { events: RunEvent[]; snapshot?: RunSnapshot } {
    return this.known(id).since(seq)
  }

  /** Stops computing; what runs goes on when the studio is started again. */
  async close(): Promise<void> {
    this.isClosing = true
    const active = [...this.active.values()]
    for (const run of active) {
      run.stop = 'studio'
      run.controller.abort()
    }
    await Promise.all(active.map(({ ended }) => ended))
    for (const log of this.logs.values()) log.abandon()
  }

  private pump(): void {
    while (!this.isClosing && this.active.size < (this.options.atOnce ?? 1)) {
      const id = this.queue.shift()
      if (id === undefined) return
      const log = this.open(id)
      if (!log) continue // its folder was deleted
      const active: Active = {
        log,
        asked: new Map(),
        controller: new AbortController(),
        ended: Promise.resolve(),
      }
      this.active.set(id, active)
      active.ended = this.execute(id, active).finally(() => {
        this.active.delete(id)
        this.pump()
      })
      this.tellQueue()
    }
  }

  /** Resolves when how it ended is on disk; the engine may still be tidying up its store. */
  private execute(id: string, active: Active): Promise<void> {
    const { data, engine } = this.options
    const { log, controller } = active
    const posters = new Posters(data)
    const startedAt = Date.now()
    const seconds = () => (Date.now() - startedAt) / 1000
    return new Promise((resolve) => {
      let isEnding = false
      const finish = (how: Promise<void>) => {
        isEnding = true
        how.catch(() => {}).then(resolve) // a full disk: the log says so when there is room again
      }
      const onEvent = (event: RunEvent) => {
        const { run: _run, seq: _seq, at: _at, ...body } = event
        if (body.type === 'run.finished')
          finish(this.describe(id, body, posters).then((whole) => this.end(log, whole)))
        else if (body.type === 'run.failed')
          finish(this.end(log, { ...body, error: withoutStack(body.error) }))
        else if (body.type === 'run.cancelled') finish(this.stopped(active, seconds()))
        else if (body.type === 'run.waiting') finish(this.change(log, body))
        else log.add(body)
      }
      const onPreview = (preview: Preview) => {
        posters.note(preview)
        this.options.listener.onPreview(preview)
      }
      const work = async () => {
        const { targets, fresh } = log.snapshot.summary
        const { signal } = controller
        const onAsked = (asked: Asked) => void active.asked.set(asked.node, asked)
        await engine.run(this.document(id), {
          ...{ id, targets, fresh, signal, onEvent, onPreview, onAsked },
          onBegun: (controls) => {
            active.controls = controls
          },
          onEdited: (document) => this.keepDocument(id, document),
        })
      }
      work().catch((error) => {
        if (isEnding) return // said by an event
        const json = withoutStack(toErrorJson(error))
        finish(
          error instanceof CancelledError
            ? this.stopped(active, seconds())
            : this.end(log, { type: 'run.failed', seconds: seconds(), error: json }),
        )
      })
    })
  }

  /** The event without paths of this machine, and with what a list shows of its first file. */
  private async describe(id: string, event: Finished, posters: Posters): Promise<Finished> {
    const files = event.files.map((file) => {
      const { path: _, ...rest } = file as LocalFile
      return rest
    })
    const [first] = files
    if (!first) return { ...event, files }
    const document = this.document(id)
    const sources = document.edges.filter(({ to }) => to[0] === first.node).map(({ from }) => from[0])
    return {
      ...event,
      files,
      posters: await posters.of([first.node, ...sources], first.sha256),
      durationSeconds: this.options.engine.durationInto(document, first.node),
      madeBy: this.options.engine.madeBy(document, first.node),
    }
  }

  private async stopped({ log, stop }: Active, seconds: number): Promise<void> {
    if (stop === 'studio') return log.abandon()
    if (stop === 'paused') return this.change(log, { type: 'run.paused' })
    if (stop === 'waiting') return this.change(log, { type: 'run.waiting', seconds })
    return this.end(log, { type: 'run.cancelled', seconds })
  }

  private async end(log: RunLog, body: RunEventBody): Promise<void> {
    log.add(body)
    log.seal()
    await this.saveRow(log)
    await this.saveJobs(log)
    this.options.listener.onOver(this.summaryOf(log))
    this.forgetOldLogs()
  }

  private async change(log: RunLog, body: RunEventBody): Promise<void> {
    log.add(body)
    await this.keep(log)
  }

  private async keep(log: RunLog): Promise<void> {
    log.flush()
    await this.saveRow(log)
  }

  private logListener(id: string) {
    return {
      onEvents: (events: RunEvent[], snapshot: RunSnapshot) => {
        this.options.listener.onEvents(id, events, snapshot)
        const log = this.logs.get(id)
        if (!log) return
        this.options.listener.onSummary(this.summaryOf(log))
        const savedAt = this.rowsSavedAt.get(id) ?? 0
        if (Date.now() - savedAt < ROW_MS) return
        void this.saveRow(log).catch(() => {}) // the log is ahead of the row anyway
      },
    }
  }

  private async saveRow(log: RunLog): Promise<void> {
    const { summary } = log.snapshot
    this.rowsSavedAt.set(summary.id, Date.now())
    await this.options.rows.update(summary.id, { summary })
    if (isOver(summary.state)) this.rowsSavedAt.delete(summary.id)
  }

  private async saveJobs({ snapshot }: RunLog): Promise<void> {
    const { id } = snapshot.summary
    const { nodes } = this.document(id)
    const jobs = Object.values(snapshot.nodes).map(({ node, state, seconds, memoryBytes, error }): JobRow => {
      return { node, type: nodes[node].type, state, seconds, memoryBytes, error: error?.message }
    })
    await this.options.rows.saveJobs(id, jobs)
  }

  private async saveQueue(): Promise<void> {
    await Promise.all(this.queue.map((id, rank) => this.options.rows.update(id, { rank })))
    this.tellQueue()
  }

  private tellQueue(): void {
    for (const id of this.queue) this.options.listener.onSummary(this.summaryOf(this.known(id)))
  }

  private leaveQueue(id: string): void {
    this.queue = this.queue.filter((other) => other !== id)
    this.tellQueue()
  }

  private summaryOf(log: RunLog): RunSummary {
    const { summary } = log.snapshot
    const position = this.queue.indexOf(summary.id) + 1
    return summary.state === 'queued' && position > 0 ? { ...summary, position } : summary
  }

  private open(id: string): RunLog | undefined {
    const known = this.logs.get(id)
    if (known) return known
    const log = RunLog.open(this.folder(id), this.logListener(id))
    if (log) this.logs.set(id, log)
    return log
  }

  private known(id: string): RunLog {
    const log = isId(id) ? this.open(id) : undefined
    if (!log) throw notFound(id)
    return log
  }

  private waiting(id: string, states: RunState[]): RunLog {
    const log = this.known(id)
    const { state } = log.snapshot.summary
    if (!states.includes(state)) throw notNow(id, state, `changed so while it is ${states.join(' or ')}`)
    return log
  }

  private forgetOldLogs(): void {
    const over = [...this.logs].filter(([, log]) => isOver(log.snapshot.summary.state))
    for (const [id] of over.slice(0, Math.max(0, over.length - KEPT_LOGS))) this.logs.delete(id)
  }

  private folder(id: string): string {
    return path.join(this.options.data.runs, id)
  }
}

/** The frozen document, in the folder of the run. */
const DOCUMENT = 'document.json'

const isId = (id: string) => /^[0-9a-f-]{36}$/.test(id)

const notFound = (id: string) =>
  new StudioError('run/not-found', `There is no run ${id.slice(0, 60)}.`, {
    hint: 'It may have been removed from the history.',
  })

/** A run that was about to wait for a person when it was told to stop has not noticed. */
const hasHeard = ({ state }: RunSummary): boolean => state !== 'waiting' && state !== 'queued'

const notNow = (id: string, state: RunState, when: string) =>
  new StudioError('run/wrong-state', `Run ${id.slice(0, 8)} is ${state}; it can be ${when}.`)

const withoutStack = ({ stack: _, ...error }: ErrorJson): ErrorJson => error

type Finished = Extract<RunEventBody, { type: 'run.finished' }>
