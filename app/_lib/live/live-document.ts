import * as Y from 'yjs'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { Analysis, Reply } from '../../../server/realtime/protocol'
import { asBytes, type StudioSocket } from './socket'

/**
 * `saved`: everything is on the studio's disk. `saving`: on its way. `offline`: kept on this device until the studio
 * is back. `failed`: the studio refused an edit, could not store it, or does not have the workflow; `failure()` says
 * why. Everything stays in the document and on this device meanwhile; an edit that undoes the refused one is enough.
 */
export type LiveStatus = 'loading' | 'saved' | 'saving' | 'offline' | 'failed'

export interface LiveDocument {
  readonly workflow: string
  readonly doc: Y.Doc
  status(): LiveStatus
  onStatus(listener: (status: LiveStatus) => void): () => void
  failure(): ErrorJson | undefined
  /** What the studio knows of the document as it is now, as far as it has said. */
  analysis(): Analysis | undefined
  onAnalysis(listener: (analysis: Analysis) => void): () => void
  /** Resolves when there is a document to show: from this device, or from the studio. */
  readonly whenLoaded: Promise<void>
  close(): void
}

/** Keeps the document on this device. */
export interface LocalCopy {
  whenLoaded: Promise<unknown>
  close(): void
}

/** An answer that takes longer than this means that the connection is gone. */
const ANSWER_MS = 15_000

/** Between two tries of something that failed for now. */
const AGAIN_MS = 1_000

/** Origin of what came from the studio: not to be sent back, not to be undone. */
export const FROM_STUDIO = 'studio'

/**
 * Keeps a Yjs document in step with the studio's. One update is under way at a time; what is edited meanwhile goes as
 * one update after it. After every (re)connection both sides say what they have and send what the other lacks, which
 * is also how edits made offline, in this tab or in one that was closed, come home.
 */
export class SyncedDocument implements LiveDocument {
  readonly doc = new Y.Doc()
  readonly whenLoaded: Promise<void>
  private readonly statusListeners = new Set<(status: LiveStatus) => void>()
  private readonly analysisListeners = new Set<(analysis: Analysis) => void>()
  private readonly unsent: Uint8Array[] = []
  private readonly copy: LocalCopy | undefined
  private again: ReturnType<typeof setTimeout> | undefined
  private isSending = false
  private isJoined = false
  private isClosed = false
  /** Counts connections: answers of an earlier one no longer matter. */
  private session = 0
  private isLoaded = false
  private setLoaded!: () => void
  private lastFailure: ErrorJson | undefined
  private lastAnalysis: Analysis | undefined
  private said: LiveStatus = 'loading'

  constructor(
    readonly workflow: string,
    private readonly socket: StudioSocket,
    keep?: (doc: Y.Doc) => LocalCopy,
  ) {
    this.whenLoaded = new Promise((resolve) => {
      this.setLoaded = () => {
        this.isLoaded = true
        resolve()
      }
    })
    this.doc.on('update', this.onEdit)
    socket.on('document.update', this.onRemote)
    socket.on('document.analysis', this.onRemoteAnalysis)
    socket.on('connect', this.join)
    socket.on('disconnect', this.onDisconnect)
    this.copy = keep?.(this.doc)
    const local = this.copy?.whenLoaded ?? Promise.resolve()
    void local.then(() => {
      if (this.doc.store.clients.size > 0) this.setLoaded()
      this.tell()
      if (socket.connected) this.join()
    })
  }

  status(): LiveStatus {
    if (this.lastFailure) return 'failed'
    if (!this.isLoaded) return 'loading'
    if (!this.isJoined) return this.socket.connected ? 'saving' : 'offline'
    return this.isSending || this.unsent.length > 0 ? 'saving' : 'saved'
  }

  failure(): ErrorJson | undefined {
    return this.lastFailure
  }

  onStatus(listener: (status: LiveStatus) => void): () => void {
    this.statusListeners.add(listener)
    return () => this.statusListeners.delete(listener)
  }

  analysis(): Analysis | undefined {
    return this.lastAnalysis
  }

  onAnalysis(listener: (analysis: Analysis) => void): () => void {
    this.analysisListeners.add(listener)
    return () => this.analysisListeners.delete(listener)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.session++
    clearTimeout(this.again)
    this.doc.off('update', this.onEdit)
    this.socket.off('document.update', this.onRemote)
    this.socket.off('document.analysis', this.onRemoteAnalysis)
    this.socket.off('connect', this.join)
    this.socket.off('disconnect', this.onDisconnect)
    if (this.isJoined) {
      const rest = this.unsent.length > 0 ? Y.mergeUpdates(this.unsent) : undefined
      if (rest) this.socket.emit('document.update', { workflow: this.workflow, update: rest }, () => {})
      this.socket.emit('document.leave', { workflow: this.workflow })
    }
    this.copy?.close()
    this.doc.destroy()
  }

  private readonly onEdit = (update: Uint8Array, origin: unknown) => {
    // A refused edit may have been taken back by this one.
    if (this.lastFailure && origin !== FROM_STUDIO) this.joinLater(this.session)
    // What this device had kept is sent by the comparison at joining.
    if (origin === FROM_STUDIO || !this.isJoined) return this.tell()
    this.unsent.push(update)
    this.send()
  }

  private readonly onRemote = (args: { workflow: string; update: Uint8Array }) => {
    if (args.workflow === this.workflow && this.isJoined) {
      Y.applyUpdate(this.doc, asBytes(args.update), FROM_STUDIO)
    }
  }

  private readonly onRemoteAnalysis = (analysis: Analysis) => {
    if (analysis.workflow !== this.workflow) return
    this.lastAnalysis = analysis
    for (const listener of this.analysisListeners) listener(analysis)
  }

  private readonly onDisconnect = () => {
    this.session++
    this.isJoined = false
    this.isSending = false
    this.unsent.length = 0 // still in the document: joining again finds what the studio lacks
    this.tell()
  }

  private readonly join = async () => {
    const session = ++this.session
    this.tell()
    await this.copy?.whenLoaded
    if (session !== this.session) return
    const reply = await this.ask<{ update: Uint8Array; stateVector: Uint8Array }>((answer) =>
      this.socket
        .timeout(ANSWER_MS)
        .emit(
          'document.join',
          { workflow: this.workflow, stateVector: Y.encodeStateVector(this.doc) },
          answer,
        ),
    )
    if (session !== this.session) return
    if (!reply) return this.joinLater(session)
    if (!reply.ok) return this.fail(reply.error)
    Y.applyUpdate(this.doc, asBytes(reply.update), FROM_STUDIO)
    this.isJoined = true
    this.isSending = false
    this.unsent.length = 0
    const lacking = Y.encodeStateAsUpdate(this.doc, asBytes(reply.stateVector))
    if (holdsSomething(lacking)) this.unsent.push(lacking)
    else this.lastFailure = undefined
    this.setLoaded()
    this.send()
  }

  private joinLater(session: number): void {
    clearTimeout(this.again)
    this.again = setTimeout(() => {
      if (session === this.session && this.socket.connected) void this.join()
    }, AGAIN_MS)
  }

  private send(): void {
    void this.sendAll()
    this.tell()
  }

  private async sendAll(): Promise<void> {
    if (this.isSending || this.unsent.length === 0 || !this.isJoined) return
    const { session } = this
    const update = this.unsent.length > 1 ? Y.mergeUpdates(this.unsent) : this.unsent[0]
    this.unsent.length = 0
    this.isSending = true
    const reply = await this.ask((answer) =>
      this.socket.timeout(ANSWER_MS).emit('document.update', { workflow: this.workflow, update }, answer),
    )
    if (session !== this.session) return
    this.isSending = false
    // No answer, or a studio that lacks what this builds on: compare anew.
    if (!reply || (!reply.ok && reply.error.code === 'document/gap')) {
      this.isJoined = false
      this.tell()
      return this.joinLater(session)
    }
    if (!reply.ok) return this.fail(reply.error)
    this.lastFailure = undefined
    this.send()
  }

  private ask<T>(
    emit: (answer: (error: Error | null, reply?: Reply<T>) => void) => void,
  ): Promise<Reply<T> | undefined> {
    return new Promise((resolve) => emit((error, reply) => resolve(error ? undefined : reply)))
  }

  private fail(error: ErrorJson): void {
    this.lastFailure = error
    this.isJoined = false
    this.isSending = false
    this.tell()
    // A disk that is full or a database that is busy may be well again; a refused edit waits for the next one.
    if (!error.code.startsWith('document/')) this.joinLater(this.session)
  }

  private tell(): void {
    const status = this.status()
    if (status === this.said) return
    this.said = status
    for (const listener of this.statusListeners) listener(status)
  }
}

/** An update without structs and without deletions is two zeros. */
const holdsSomething = (update: Uint8Array) => update.length > 2
