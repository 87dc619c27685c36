import * as Y from 'yjs'
import type { DocumentCaps, WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { liveParts } from '../../nodes/core/live-document'
import type { DocumentStore } from './document-store'
import { LiveMirror, refused } from './live-mirror'

/** Updates that arrive within this time are checked and stored as one. */
const BATCH_MS = 15

/** Stored updates beyond this are merged into one. */
const MANY_UPDATES = 200

/** Of one update, and of a whole document with everything that was ever deleted from it. */
export const MAX_UPDATE_BYTES = 5_000_000
const MAX_STATE_BYTES = 20_000_000

type Task =
  | { type: 'update'; update: Uint8Array; from: string; done(): void; failed(error: unknown): void }
  | { type: 'work'; run(): Promise<void> }

export interface RoomListener {
  /** An update is on disk. `from`: who sent it. */
  onStored(update: Uint8Array, from: string): void
}

/**
 * The one live copy of an open document. Everything that happens to it happens one after the other: an update is
 * applied, the result is checked, stored, and only then acknowledged and told to the others. What does not pass is
 * refused, and the copy is made anew from what is stored.
 */
export class DocumentRoom {
  readonly members = new Set<string>()
  private readonly tasks: Task[] = []
  private working = false
  private doc: Y.Doc
  private mirror: LiveMirror
  private current: WorkflowDocument
  private storedUpdates: number
  private storedBytes: number
  /** What is in memory is not what is stored: a change was refused and reading again failed. */
  private isStale = false
  private lastUsed = Date.now()

  private constructor(
    readonly workflow: string,
    private readonly store: DocumentStore,
    private readonly caps: DocumentCaps,
    private readonly listener: RoomListener,
    updates: Uint8Array[],
  ) {
    this.doc = docFrom(updates)
    this.storedUpdates = updates.length
    this.storedBytes = updates.reduce((sum, update) => sum + update.length, 0)
    this.mirror = new LiveMirror(this.doc, caps)
    this.current = this.mirror.document
  }

  /** @throws StudioError `document/not-found`, `document/…` when what is stored is not a workflow */
  static async open(
    workflow: string,
    store: DocumentStore,
    caps: DocumentCaps,
    listener: RoomListener,
  ): Promise<DocumentRoom> {
    const updates = await store.load(workflow)
    if (updates.length === 0) {
      throw new StudioError('document/not-found', `There is no workflow ${workflow.slice(0, 100)}.`, {
        hint: 'It may have been deleted; the library has what is there.',
      })
    }
    return new DocumentRoom(workflow, store, caps, listener, updates)
  }

  /** The workflow as it is on disk. */
  get document(): WorkflowDocument {
    return this.current
  }

  get isIdle(): boolean {
    return this.members.size === 0 && this.tasks.length === 0 && !this.working
  }

  get idleMs(): number {
    return Date.now() - this.lastUsed
  }

  touch(): void {
    this.lastUsed = Date.now()
  }

  /**
   * What a client with `stateVector` lacks, and what we have. `enter` is called at the same moment, so that no update
   * falls between the answer and the first one that is told.
   */
  join(stateVector: Uint8Array, enter: () => void): Promise<{ update: Uint8Array; stateVector: Uint8Array }> {
    return this.enqueue(async () => {
      if (this.isStale) await this.startOver()
      let update: Uint8Array
      try {
        update = Y.encodeStateAsUpdate(this.doc, stateVector)
      } catch (cause) {
        throw refused('The state of the document that was sent cannot be read.', cause)
      }
      enter()
      return { update, stateVector: Y.encodeStateVector(this.doc) }
    })
  }

  /** Resolves when the update is stored. @throws StudioError */
  update(update: Uint8Array, from: string): Promise<void> {
    if (update.length > MAX_UPDATE_BYTES) {
      return Promise.reject(
        new StudioError(
          'document/too-large',
          `This edit has ${update.length} bytes; the limit is ${MAX_UPDATE_BYTES}.`,
          { hint: 'Paste less at once.' },
        ),
      )
    }
    return new Promise((done, failed) => this.push({ type: 'update', update, from, done, failed }))
  }

  /** An edit by the studio itself. Resolves when it is stored. @throws what `change` throws, StudioError */
  edit<T>(change: (doc: Y.Doc) => T): Promise<T> {
    return this.enqueue(async () => {
      const { result, made } = await this.attempt(() => change(this.doc))
      if (made) await this.keep(made, [''])
      return result
    })
  }

  private enqueue<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) =>
      this.push({ type: 'work', run: () => run().then(resolve, reject) }),
    )
  }

  private push(task: Task): void {
    this.tasks.push(task)
    this.lastUsed = Date.now()
    if (!this.working) void this.work()
  }

  private async work(): Promise<void> {
    this.working = true
    while (this.tasks.length > 0) {
      const [first] = this.tasks
      if (first.type === 'work') {
        this.tasks.shift()
        await first.run()
        continue
      }
      await new Promise((resolve) => setTimeout(resolve, BATCH_MS))
      const other = this.tasks.findIndex((task) => task.type !== 'update')
      await this.storeBatch(this.tasks.splice(0, other < 0 ? this.tasks.length : other) as UpdateTask[])
    }
    this.working = false
  }

  /** All as one; when that is refused, one by one, so that a bad update takes none with it. */
  private async storeBatch(batch: UpdateTask[]): Promise<void> {
    try {
      const { made } = await this.attempt(() => {
        for (const task of batch) this.apply(task.update)
      })
      const senders = batch.map(({ from }) => from)
      if (made) await this.keep(made, senders)
      for (const task of batch) task.done()
    } catch (error) {
      if (batch.length === 1) return batch[0].failed(error)
      for (const task of batch) await this.storeBatch([task])
    }
  }

  private apply(update: Uint8Array): void {
    try {
      Y.decodeUpdate(update) // reads step by step, so that lengths that lie cost nothing
      Y.applyUpdate(this.doc, update)
    } catch (cause) {
      throw refused('This edit cannot be read.', cause)
    }
  }

  /** Changes the document and checks what came of it. */
  private async attempt<T>(change: () => T): Promise<{ result: T; made: Made | undefined }> {
    if (this.isStale) await this.startOver()
    const updates: Uint8Array[] = []
    const note = (update: Uint8Array) => void updates.push(update)
    this.doc.on('update', note)
    try {
      const result = change()
      refuseGap(this.doc)
      if (updates.length === 0) return { result, made: undefined }
      const update = updates.length > 1 ? Y.mergeUpdates(updates) : updates[0]
      return { result, made: { update, document: this.mirror.next() } }
    } catch (error) {
      await this.startOver()
      throw error
    } finally {
      this.doc.off('update', note)
    }
  }

  private async startOver(): Promise<void> {
    this.isStale = true
    this.doc.destroy()
    this.doc = docFrom(await this.store.load(this.workflow))
    this.mirror = new LiveMirror(this.doc, this.caps)
    this.current = this.mirror.document
    this.isStale = false
  }

  private async keep({ update, document }: Made, senders: string[]): Promise<void> {
    try {
      await this.makeRoom(update.length)
      await this.store.append(this.workflow, update)
    } catch (error) {
      await this.startOver() // what is not on disk did not happen
      throw error
    }
    this.current = document
    this.storedUpdates++
    this.storedBytes += update.length
    this.listener.onStored(update, senders.every((id) => id === senders[0]) ? senders[0] : '')
    if (this.storedUpdates > MANY_UPDATES) await this.compact().catch(() => {}) // the next edit tries again
  }

  private async makeRoom(bytes: number): Promise<void> {
    if (this.storedBytes + bytes <= MAX_STATE_BYTES) return
    const merged = Y.encodeStateAsUpdate(this.doc)
    if (merged.length > MAX_STATE_BYTES) {
      throw new StudioError(
        'document/too-large',
        `The workflow with its history would have ${merged.length} bytes; the limit is ${MAX_STATE_BYTES}.`,
        { hint: 'Duplicate the workflow: the copy starts without history.' },
      )
    }
    this.storedBytes = merged.length
  }

  private async compact(): Promise<void> {
    const merged = Y.encodeStateAsUpdate(this.doc)
    await this.store.compact(this.workflow, merged)
    this.storedUpdates = 1
    this.storedBytes = merged.length
  }
}

/** What a change made: the update, and the workflow it leads to. */
interface Made {
  update: Uint8Array
  document: WorkflowDocument
}

type UpdateTask = Extract<Task, { type: 'update' }>

function docFrom(updates: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  liveParts(doc) // gives the parts their types, so that no update can give them others
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return doc
}

/** Yjs keeps what it cannot place yet and says nothing. */
function refuseGap(doc: Y.Doc): void {
  if (!doc.store.pendingStructs && !doc.store.pendingDs) return
  throw new StudioError('document/gap', 'This edit builds on others that the studio does not have.', {
    hint: 'Reload the page.',
  })
}
