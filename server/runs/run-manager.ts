import { randomUUID } from 'node:crypto'
import { canonicalJson } from '../../nodes/core/canonical'
import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { isOver, type RunSnapshot, type RunSummary } from '../../nodes/core/run-snapshot'
import type { Engine } from '../engine/engine'
import type { Preview } from '../engine/events'
import type { DataFolder } from '../storage/data-folder'
import { type ActiveRun, executeRun, type Stop } from './execute-run'
import type { RunLog } from './run-log'
import type { NodeRunsQuery, RunRows } from './run-rows'
import { notNow, RunShelf } from './run-shelf'

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

/**
 * The queue of runs. A run is on disk before it is accepted: its frozen document, the first event of its log, and its
 * row. Whatever happens to this process, the next one goes on with it from the jobs that had finished.
 */
export class RunManager {
  private readonly shelf: RunShelf
  private readonly active = new Map<string, ActiveRun>()
  /** Runs that wait, in order. */
  private queue: string[] = []
  private number = 0
  private isClosing = false

  constructor(private readonly options: RunManagerOptions) {
    const { data, rows, listener } = options
    this.shelf = new RunShelf(data.runs, rows, {
      onEvents: listener.onEvents.bind(listener),
      onChanged: (log) => listener.onSummary(this.summaryOf(log)),
    })
  }

  /** Takes up what the process before this one left. */
  async recover(): Promise<void> {
    const { rows } = this.options
    this.number = await rows.lastNumber()
    const left = await rows.unfinished()
    const resumed: string[] = []
    const waiting: string[] = []
    for (const { summary } of left) {
      const log = this.shelf.open(summary.id)
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
      else await this.shelf.saveRow(log)
    }
    this.queue = [...resumed, ...waiting]
    await this.saveQueue()
    this.pump()
  }

  /** Resolves when the run is on disk. @throws StudioError the first problem in the way of its targets */
  async start({ workflow, document, targets = [], fresh, version }: StartRun): Promise<RunSummary> {
    const { data, engine } = this.options
    const frozen = { ...document, id: workflow }
    const plan = engine.plan(frozen, targets)
    if (fresh) engine.forget(frozen, targets)
    const id = randomUUID()
    const log = await this.shelf.create(
      id,
      frozen,
      {
        type: 'run.queued',
        number: ++this.number,
        workflow,
        name: document.name,
        targets: plan.targets,
        fresh,
        estimateSeconds: engine.estimate(plan),
      },
      version,
    )
    data.cache.touch([...plan.steps.values()].flatMap(({ state, key }) => (state === 'cached' ? [key] : [])))
    this.queue.push(id)
    this.pump()
    const summary = this.summaryOf(log)
    this.options.listener.onSummary(summary)
    return summary
  }

  /** Resolves when the run no longer computes anything. @throws StudioError `run/…` */
  async cancel(id: string): Promise<RunSummary> {
    if (await this.stop(id, 'cancelled')) {
      const ended = this.summaryOf(this.shelf.known(id))
      return hasHeard(ended) ? ended : this.cancel(id)
    }
    const log = this.shelf.inState(id, ['queued', 'waiting', 'paused'])
    this.leaveQueue(id)
    await this.end(log, { type: 'run.cancelled', seconds: 0 })
    return this.summaryOf(log)
  }

  /** What has finished stays; the rest waits until `resume`. @throws StudioError `run/…` */
  async pause(id: string): Promise<RunSummary> {
    if (await this.stop(id, 'paused')) {
      const ended = this.summaryOf(this.shelf.known(id))
      return hasHeard(ended) || ended.state === 'paused' ? ended : this.pause(id)
    }
    const log = this.shelf.inState(id, ['queued'])
    this.leaveQueue(id)
    await this.shelf.change(log, { type: 'run.paused' })
    await this.saveQueue()
    return this.summaryOf(log)
  }

  async resume(id: string): Promise<RunSummary> {
    const log = this.shelf.inState(id, ['paused'])
    await this.goOn(log, 'Resumed.')
    return this.summaryOf(log)
  }

  /**
   * Changes live params of a node that the run computes; they act from its next step on.
   *
   * @throws StudioError `run/…`, `params/invalid`; the node goes on as it was
   */
  tune(id: string, node: string, params: Record<string, unknown>): RunSummary {
    const log = this.shelf.known(id)
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
    if (this.isApproved(id, node)) return this.summaryOf(this.shelf.known(id))
    if (edited && this.differs(id, edited)) await this.exchange(id, edited)
    const log = this.shelf.known(id)
    if (this.isApproved(id, node)) return this.summaryOf(log)
    const before = log.snapshot.summary.state
    if (!this.active.get(id)?.asked.get(node)?.approve()) {
      const { asked, outputs } = log.snapshot.nodes[node]
      this.options.engine.approve(asked!.key, this.shelf.document(id).nodes[node]?.type ?? '', outputs)
      log.add({ type: 'job.approved', step: node, node })
    }
    if (before === 'waiting') await this.goOn(log, 'Approved.')
    else await this.shelf.keep(log)
    return this.summaryOf(log)
  }

  /** @throws StudioError when there is nothing to approve */
  private isApproved(id: string, node: string): boolean {
    const log = this.shelf.known(id)
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
    const frozen = { ...document, id: this.shelf.known(id).snapshot.summary.workflow }
    return canonicalJson(frozen) !== canonicalJson(this.shelf.document(id))
  }

  /** Another document for a run that has not ended; what it computes at the moment is stopped. */
  private async exchange(id: string, { document, version }: Edited): Promise<void> {
    const { engine, rows } = this.options
    const log = this.shelf.known(id)
    const { workflow, targets: asked } = log.snapshot.summary
    const frozen = { ...document, id: workflow }
    const wereAll = canonicalJson(engine.plan(this.shelf.document(id)).targets) === canonicalJson(asked)
    const { targets } = engine.plan(frozen, wereAll ? [] : asked) // what cannot run is refused before anything stops
    await this.stop(id, 'waiting')
    if (isOver(log.snapshot.summary.state)) return
    this.shelf.keepDocument(id, frozen)
    log.add({ type: 'run.edited', targets })
    log.flush()
    await rows.update(id, { version })
  }

  /** Stops what is computed of a run, and waits for that. @returns whether there was any */
  private async stop(id: string, why: Stop): Promise<boolean> {
    const active = this.active.get(id)
    if (!active) return false
    active.stop = why
    active.controller.abort()
    await active.ended
    return true
  }

  /** Back into the queue. */
  private async goOn(log: RunLog, why: string): Promise<void> {
    const { id } = log.snapshot.summary
    const { ended } = this.active.get(id) ?? {}
    await this.shelf.change(log, { type: 'run.resumed', why })
    await ended
    if (log.snapshot.summary.state !== 'queued') return // cancelled meanwhile
    this.queue.push(id)
    await this.saveQueue()
    this.pump()
  }

  /** The same document and targets once more, as a run of its own. */
  async retry(id: string): Promise<RunSummary> {
    const log = this.shelf.known(id)
    const { state, workflow, targets } = log.snapshot.summary
    if (!isOver(state)) throw notNow(id, state, 'tried again when it is over')
    const row = await this.options.rows.find(id)
    return this.start({ workflow, targets, document: this.shelf.document(id), version: row?.version })
  }

  /** @param position from 1, among those that wait */
  async move(id: string, position: number): Promise<RunSummary> {
    const log = this.shelf.inState(id, ['queued'])
    this.queue = this.queue.filter((other) => other !== id)
    this.queue.splice(Math.max(0, position - 1), 0, id)
    await this.saveQueue()
    return this.summaryOf(log)
  }

  /** Takes a run that is over out of the history; its results stay until they are cleaned up. */
  async remove(id: string): Promise<void> {
    await this.shelf.remove(id)
    this.options.listener.onRemoved(id)
  }

  /** The newest first. `next`: hand it in as `before` for the ones after these. */
  async list(query: { workflow?: string; before?: number; limit?: number } = {}): Promise<{
    runs: RunSummary[]
    next?: number
  }> {
    const { limit = 50, ...rest } = query
    const found = await this.shelf.page({ ...rest, limit: limit + 1 })
    const runs = found.slice(0, limit).map((summary) => this.placed(summary))
    return { runs, next: found.length > limit ? runs.at(-1)?.number : undefined }
  }

  /** Runs that are over in which a node was computed, the newest first; each is read when it is asked for. */
  withNode(query: NodeRunsQuery): ReturnType<RunShelf['withNode']> {
    return this.shelf.withNode(query)
  }

  /** @throws StudioError `run/not-found` */
  snapshot(id: string): RunSnapshot {
    const { snapshot } = this.shelf.known(id)
    return { ...snapshot, summary: this.summaryOf(this.shelf.known(id)) }
  }

  /** What was run. @throws StudioError `run/not-found` */
  document(id: string): WorkflowDocument {
    return this.shelf.document(id)
  }

  /** What a client lacks whose last event is `seq`. @throws StudioError `run/not-found` */
  since(id: string, seq: number): { events: RunEvent[]; snapshot?: RunSnapshot } {
    return this.shelf.known(id).since(seq)
  }

  /** Stops computing; what runs goes on when the studio is started again. */
  async close(): Promise<void> {
    this.isClosing = true
    await Promise.all([...this.active.keys()].map((id) => this.stop(id, 'studio')))
    this.shelf.close()
  }

  private pump(): void {
    while (!this.isClosing && this.active.size < (this.options.atOnce ?? 1)) {
      const id = this.queue.shift()
      if (id === undefined) return
      const log = this.shelf.open(id)
      if (!log) continue // its folder was deleted
      const active: ActiveRun = {
        log,
        asked: new Map(),
        controller: new AbortController(),
        ended: Promise.resolve(),
      }
      this.active.set(id, active)
      const { data, engine, listener } = this.options
      const { shelf, end } = this
      const onPreview = (preview: Preview) => listener.onPreview(preview)
      active.ended = executeRun(id, active, { data, engine, shelf, onPreview, end }).finally(() => {
        this.active.delete(id)
        this.pump()
      })
      this.tellQueue()
    }
  }

  /** The last event of a run. */
  private readonly end = async (log: RunLog, body: RunEventBody): Promise<void> => {
    await this.shelf.end(log, body)
    this.options.listener.onOver(this.summaryOf(log))
    this.shelf.forgetOldLogs()
  }

  private async saveQueue(): Promise<void> {
    await Promise.all(this.queue.map((id, rank) => this.options.rows.update(id, { rank })))
    this.tellQueue()
  }

  private tellQueue(): void {
    for (const id of this.queue) this.options.listener.onSummary(this.summaryOf(this.shelf.known(id)))
  }

  private leaveQueue(id: string): void {
    this.queue = this.queue.filter((other) => other !== id)
    this.tellQueue()
  }

  private summaryOf(log: RunLog): RunSummary {
    return this.placed(log.snapshot.summary)
  }

  /** With its place in the queue. */
  private placed(summary: RunSummary): RunSummary {
    const position = this.queue.indexOf(summary.id) + 1
    return summary.state === 'queued' && position > 0 ? { ...summary, position } : summary
  }
}

/** A run that was about to wait for a person when it was told to stop has not noticed. */
const hasHeard = ({ state }: RunSummary): boolean => state !== 'waiting' && state !== 'queued'
