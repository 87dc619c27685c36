import type * as Y from 'yjs'
import { DEFAULT_CAPS, type DocumentCaps, type WorkflowDocument } from '../../nodes/core/document'
import { DocumentRoom } from './document-room'
import type { DocumentStore } from './document-store'

/** A room that nobody is in stays open this long: reloading a page finds it warm. */
const KEEP_MS = 30_000

export interface DocumentListener {
  onStored(workflow: string, update: Uint8Array, from: string): void
}

/** The live documents that somebody has open, or the studio works on. The only writer of a `DocumentStore`. */
export class DocumentRooms {
  private readonly rooms = new Map<string, Promise<DocumentRoom>>()
  private readonly listeners = new Set<DocumentListener>()
  private readonly sweep: NodeJS.Timeout

  constructor(
    private readonly store: DocumentStore,
    private readonly caps: DocumentCaps = DEFAULT_CAPS,
  ) {
    this.sweep = setInterval(() => void this.closeIdle(), KEEP_MS / 3)
    this.sweep.unref()
  }

  /** Told of every update that is on disk. @returns how to stop */
  listen(listener: DocumentListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** @throws StudioError `document/not-found` */
  async join(
    workflow: string,
    member: string,
    stateVector: Uint8Array,
    enter: () => void,
  ): Promise<{ update: Uint8Array; stateVector: Uint8Array }> {
    const room = await this.room(workflow)
    return room.join(stateVector, () => {
      room.members.add(member)
      enter()
    })
  }

  async leave(workflow: string, member: string): Promise<void> {
    const room = await this.rooms.get(workflow)?.catch(() => undefined)
    room?.members.delete(member)
  }

  /** Resolves when the update is on disk. @throws StudioError when it is refused, or cannot be stored */
  async update(workflow: string, update: Uint8Array, from: string): Promise<void> {
    return (await this.room(workflow)).update(update, from)
  }

  /** One edit by the studio itself, told to everybody who has the document open. Resolves when it is on disk. */
  async withDocument<T>(workflow: string, change: (doc: Y.Doc) => T): Promise<T> {
    return (await this.room(workflow)).edit(change)
  }

  /** The workflow as it is on disk. @throws StudioError `document/not-found` */
  async read(workflow: string): Promise<WorkflowDocument> {
    return (await this.room(workflow)).document
  }

  /** As `read`, of a document that somebody has open; undefined otherwise. */
  async readOpen(workflow: string): Promise<WorkflowDocument | undefined> {
    const room = await this.rooms.get(workflow)?.catch(() => undefined)
    return room && room.members.size > 0 ? room.document : undefined
  }

  /** Forgets an open document, after the workflow was deleted. */
  async drop(workflow: string): Promise<void> {
    this.rooms.delete(workflow)
  }

  close(): void {
    clearInterval(this.sweep)
  }

  private async room(workflow: string): Promise<DocumentRoom> {
    const opening = this.rooms.get(workflow) ?? this.open(workflow)
    const room = await opening
    if (this.rooms.get(workflow) !== opening) return this.room(workflow) // closed while we waited
    room.touch()
    return room
  }

  private open(workflow: string): Promise<DocumentRoom> {
    const onStored = (update: Uint8Array, from: string) => {
      for (const listener of this.listeners) listener.onStored(workflow, update, from)
    }
    const opening = DocumentRoom.open(workflow, this.store, this.caps, { onStored })
    this.rooms.set(workflow, opening)
    opening.catch(() => this.rooms.delete(workflow))
    return opening
  }

  private async closeIdle(): Promise<void> {
    for (const [workflow, opening] of this.rooms) {
      const room = await opening.catch(() => undefined)
      if (room?.isIdle && room.idleMs > KEEP_MS) this.rooms.delete(workflow)
    }
  }
}
