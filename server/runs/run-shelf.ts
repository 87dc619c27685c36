import { readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { RunEvent, RunEventBody } from '../../nodes/core/run-events'
import { isOver, type RunSnapshot, type RunState, type RunSummary } from '../../nodes/core/run-snapshot'
import { makeFolder, writeAtomicSync } from '../storage/files'
import { RunLog, readEnded } from './run-log'
import type { JobRow, NodeRunsQuery, RunRows } from './run-rows'

/** Runs that are over and were looked at stay in memory for the next look. */
const KEPT_LOGS = 20

/** Rows follow the progress of a run this often; its events are always ahead of them. */
const ROW_MS = 2_000

/** The frozen document, in the folder of the run. */
const DOCUMENT = 'document.json'

export interface ShelfListener {
  onEvents(run: string, events: RunEvent[], snapshot: RunSnapshot): void
  /** What a list shows of a run changed. */
  onChanged(log: RunLog): void
}

/** What is kept of a run that is over. */
export interface KeptRun {
  snapshot: RunSnapshot
  document: WorkflowDocument
}

/** All runs there are: of each its frozen document and the log of its events, in a folder, and its row. */
export class RunShelf {
  private readonly logs = new Map<string, RunLog>()
  private readonly rowsSavedAt = new Map<string, number>()
  /** Ends that were told and are being saved. */
  private readonly ending = new Set<Promise<void>>()

  constructor(
    private readonly folderOfAll: string,
    private readonly rows: RunRows,
    private readonly listener: ShelfListener,
  ) {}

  /** Resolves when the run is on disk. */
  async create(
    id: string,
    document: WorkflowDocument,
    first: Extract<RunEventBody, { type: 'run.queued' }>,
    version?: string,
  ): Promise<RunLog> {
    makeFolder(this.folder(id))
    this.keepDocument(id, document)
    const log = RunLog.create(this.folder(id), id, first, this.logListener(id))
    this.logs.set(id, log)
    await this.rows.insert({ summary: log.snapshot.summary, rank: first.number, version })
    return log
  }

  /** @returns nothing when its folder was deleted */
  open(id: string): RunLog | undefined {
    const known = this.logs.get(id)
    if (known) return known
    const log = RunLog.open(this.folder(id), this.logListener(id))
    if (log) this.logs.set(id, log)
    return log
  }

  /** @throws StudioError `run/not-found` */
  known(id: string): RunLog {
    const log = isId(id) ? this.open(id) : undefined
    if (!log) throw notFound(id)
    return log
  }

  /** @throws StudioError `run/not-found`, `run/wrong-state` unless it is in one of the states */
  inState(id: string, states: RunState[]): RunLog {
    const log = this.known(id)
    const { state } = log.snapshot.summary
    if (!states.includes(state)) throw notNow(id, state, `changed so while it is ${states.join(' or ')}`)
    return log
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

  keepDocument(id: string, document: WorkflowDocument): void {
    writeAtomicSync(path.join(this.folder(id), DOCUMENT), JSON.stringify(document))
  }

  /** An event that has to be on the disk before anything else happens. */
  async change(log: RunLog, body: RunEventBody): Promise<void> {
    log.add(body)
    await this.keep(log)
  }

  async keep(log: RunLog): Promise<void> {
    log.flush()
    await this.saveRow(log)
  }

  /** The last event of a run. */
  async end(log: RunLog, body: RunEventBody): Promise<void> {
    log.add(body)
    log.seal()
    const saved = this.saveRow(log).then(() => this.saveJobs(log))
    this.ending.add(saved)
    await saved.finally(() => this.ending.delete(saved))
  }

  async saveRow(log: RunLog): Promise<void> {
    const { summary } = log.snapshot
    this.rowsSavedAt.set(summary.id, Date.now())
    await this.rows.update(summary.id, { summary })
    if (isOver(summary.state)) this.rowsSavedAt.delete(summary.id)
  }

  /** Takes a run that is over out of the history. @throws StudioError `run/…` */
  async remove(id: string): Promise<void> {
    const { state } = this.known(id).snapshot.summary
    if (!isOver(state)) throw notNow(id, state, 'removed when it is over')
    await this.rows.remove(id)
    this.logs.delete(id)
    rmSync(this.folder(id), { recursive: true, force: true })
  }

  /** The newest first, as far as they are known now. */
  async page(query: { workflow?: string; before?: number; limit: number }): Promise<RunSummary[]> {
    const rows = await this.rows.page(query)
    return rows.map(({ summary }) => this.logs.get(summary.id)?.snapshot.summary ?? summary)
  }

  /**
   * Runs that are over in which a node was computed, the newest first; `kept` is absent where the folder was deleted or
   * is damaged. They are read one after the other as they are asked for: nothing is held up by them, and one of them at
   * a time is in memory.
   */
  async *withNode(query: NodeRunsQuery): AsyncGenerator<{ number: number; kept?: KeptRun }> {
    await Promise.allSettled(this.ending) // whoever heard of an end finds it
    for (const { summary } of await this.rows.withNode(query))
      yield { number: summary.number, kept: await this.kept(summary.id).catch(() => undefined) }
  }

  private async kept(id: string): Promise<KeptRun> {
    const text = await readFile(path.join(this.folder(id), DOCUMENT), 'utf8')
    const snapshot = this.logs.get(id)?.snapshot ?? (await readEnded(this.folder(id)))
    return { snapshot, document: JSON.parse(text) as WorkflowDocument } // checked when it was written
  }

  forgetOldLogs(): void {
    const over = [...this.logs].filter(([, log]) => isOver(log.snapshot.summary.state))
    for (const [id] of over.slice(0, Math.max(0, over.length - KEPT_LOGS))) this.logs.delete(id)
  }

  /** Writes no more. */
  close(): void {
    for (const log of this.logs.values()) log.abandon()
  }

  private logListener(id: string) {
    return {
      onEvents: (events: RunEvent[], snapshot: RunSnapshot) => {
        this.listener.onEvents(id, events, snapshot)
        const log = this.logs.get(id)
        if (!log) return
        this.listener.onChanged(log)
        const savedAt = this.rowsSavedAt.get(id) ?? 0
        if (Date.now() - savedAt < ROW_MS) return
        void this.saveRow(log).catch(() => {}) // the log is ahead of the row anyway
      },
    }
  }

  private async saveJobs({ snapshot }: RunLog): Promise<void> {
    const { id } = snapshot.summary
    const { nodes } = this.document(id)
    const jobs = Object.values(snapshot.nodes).map(({ node, state, seconds, memoryBytes, error }): JobRow => {
      return { node, type: nodes[node].type, state, seconds, memoryBytes, error: error?.message }
    })
    await this.rows.saveJobs(id, jobs)
  }

  private folder(id: string): string {
    return path.join(this.folderOfAll, id)
  }
}

const isId = (id: string) => /^[0-9a-f-]{36}$/.test(id)

const notFound = (id: string) =>
  new StudioError('run/not-found', `There is no run ${id.slice(0, 60)}.`, {
    hint: 'It may have been removed from the history.',
  })

export const notNow = (id: string, state: RunState, when: string) =>
  new StudioError('run/wrong-state', `Run ${id.slice(0, 8)} is ${state}; it can be ${when}.`)
