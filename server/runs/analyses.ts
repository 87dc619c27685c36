import { Worker } from 'node:worker_threads'
import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { Analysis } from '../realtime/protocol'
import type { AnalystAnswer, AnalystOptions, AnalystQuestion } from './analyst-thread'

/** After the last edit; whoever drags a slider makes sixty a second. */
const QUIET_MS = 80

/** But not later than this after the first one that has not been looked at. */
const LONGEST_MS = 400

export interface AnalysesOptions extends AnalystOptions {
  /** Bundle of `analyst-thread.ts`. */
  entry: string
  /** The workflow as it stands; undefined when nobody has it open. */
  read(workflow: string): Promise<WorkflowDocument | undefined>
  onAnalysis(analysis: Analysis, document: WorkflowDocument): void
}

interface Room {
  timer?: NodeJS.Timeout
  waitingSince?: number
  isBusy: boolean
  isDirty: boolean
  latest?: Analysis
}

/** Keeps an analysis of every open document: made after edits and after results have come, the latest wins. */
export class Analyses {
  private readonly rooms = new Map<string, Room>()
  private readonly asked = new Map<number, (answer: AnalystAnswer) => void>()
  private thread: Worker | undefined
  private nextId = 1
  private revision = 0

  constructor(private readonly options: AnalysesOptions) {}

  latest(workflow: string): Analysis | undefined {
    return this.rooms.get(workflow)?.latest
  }

  /** The document, or what is known beside it, has changed. */
  touch(workflow: string, quietMs = QUIET_MS): void {
    const room = this.rooms.get(workflow) ?? { isBusy: false, isDirty: false }
    this.rooms.set(workflow, room)
    room.latest = undefined
    if (room.isBusy) {
      room.isDirty = true
      return
    }
    const now = Date.now()
    room.waitingSince ??= now
    clearTimeout(room.timer)
    const wait = Math.min(quietMs, Math.max(0, room.waitingSince + LONGEST_MS - now))
    room.timer = setTimeout(() => void this.look(workflow, room), wait)
  }

  forget(workflow: string): void {
    clearTimeout(this.rooms.get(workflow)?.timer)
    this.rooms.delete(workflow)
  }

  async close(): Promise<void> {
    for (const workflow of [...this.rooms.keys()]) this.forget(workflow)
    await this.thread?.terminate()
  }

  private async look(workflow: string, room: Room): Promise<void> {
    room.isBusy = true
    room.isDirty = false
    room.waitingSince = undefined
    try {
      const document = await this.options.read(workflow)
      if (document) {
        const frozen = { ...document, id: workflow }
        const found = await this.ask(frozen)
        room.latest = { ...found, revision: ++this.revision }
        this.options.onAnalysis(room.latest, frozen)
      } else if (!room.isDirty) this.forget(workflow)
    } catch {
      room.latest = undefined // the thread ended under it; the next edit asks a new one
    }
    room.isBusy = false
    if (room.isDirty && this.rooms.get(workflow) === room) this.touch(workflow)
  }

  private async ask(document: WorkflowDocument): Promise<Omit<Analysis, 'revision'>> {
    this.thread ??= this.start()
    const question: AnalystQuestion = { id: this.nextId++, document }
    this.thread.postMessage(question)
    const { analysis, error } = await new Promise<AnalystAnswer>((resolve) =>
      this.asked.set(question.id, resolve),
    )
    if (analysis) return analysis
    throw error ? StudioError.fromJSON(error) : new StudioError('internal', 'The analysis was lost.')
  }

  private start(): Worker {
    const { data, registry, entry } = this.options
    const thread = new Worker(entry, { workerData: { data, registry } satisfies AnalystOptions })
    thread.unref()
    thread.on('message', (answer: AnalystAnswer) => {
      this.asked.get(answer.id)?.(answer)
      this.asked.delete(answer.id)
    })
    thread.on('error', () => {}) // exit follows
    thread.once('exit', () => {
      if (this.thread === thread) this.thread = undefined
      const lost = [...this.asked]
      this.asked.clear()
      for (const [id, resolve] of lost) resolve({ id })
    })
    return thread
  }
}
