import type { RunEvent } from '../../../nodes/core/run-events'
import { applyEvent, foldEvents, isOver, type RunSnapshot } from '../../../nodes/core/run-snapshot'
import type { PreviewMessage, Reply } from '../../../server/realtime/protocol'
import { asBytes, type StudioSocket } from '../live/socket'

export interface RunListener {
  /** All there is so far: at first, and after the studio could not replay what was missed. */
  onSnapshot?(snapshot: RunSnapshot): void
  /** One more; `snapshot` is what all so far amount to. */
  onEvent?(event: RunEvent, snapshot: RunSnapshot): void
  onPreview?(preview: PreviewMessage): void
  /** The studio does not have the run. */
  onMissing?(message: string): void
}

const ANSWER_MS = 10_000
const AGAIN_MS = 1_000

/**
 * Follows one run over a connection that may break: joins with the last event it has, gets the rest or a snapshot, and
 * joins again when an event is missing. Ends by itself when the run is over.
 */
export class RunWatch {
  private snapshot: RunSnapshot | undefined
  private isJoining = false
  private isClosed = false

  constructor(
    private readonly socket: StudioSocket,
    readonly run: string,
    private readonly listener: RunListener,
  ) {
    socket.on('connect', this.join)
    socket.on('run.events', this.onEvents)
    socket.on('run.snapshot', this.onSnapshot)
    socket.on('run.preview', this.onPreview)
    if (socket.connected) this.join()
  }

  current(): RunSnapshot | undefined {
    return this.snapshot
  }

  close(): void {
    if (this.isClosed) return
    this.stop()
    if (this.socket.connected) this.socket.emit('run.leave', { run: this.run })
  }

  private stop(): void {
    this.isClosed = true
    this.socket.off('connect', this.join)
    this.socket.off('run.events', this.onEvents)
    this.socket.off('run.snapshot', this.onSnapshot)
    this.socket.off('run.preview', this.onPreview)
  }

  private readonly join = () => {
    if (this.isJoining || this.isClosed) return
    this.isJoining = true
    const seq = this.snapshot?.seq ?? 0
    type Joined = Reply<{ events: RunEvent[]; snapshot?: RunSnapshot }>
    this.socket
      .timeout(ANSWER_MS)
      .emit('run.join', { run: this.run, seq }, (error: Error | null, reply?: Joined) => {
        this.isJoining = false
        if (this.isClosed) return
        if (error || !reply) return this.joinLater()
        if (reply.ok) return this.take(reply)
        this.stop()
        this.listener.onMissing?.(reply.error.message)
      })
  }

  private joinLater(): void {
    setTimeout(() => {
      if (this.socket.connected) this.join() // else connecting does
    }, AGAIN_MS)
  }

  private take({ events, snapshot }: { events: RunEvent[]; snapshot?: RunSnapshot }): void {
    if (snapshot) this.onSnapshot(snapshot)
    else this.onEvents({ run: this.run, events })
  }

  private readonly onSnapshot = (snapshot: RunSnapshot) => {
    if (snapshot.summary.id !== this.run || snapshot.seq < (this.snapshot?.seq ?? 0)) return
    this.snapshot = snapshot
    this.listener.onSnapshot?.(snapshot)
    this.stopWhenOver()
  }

  private readonly onEvents = ({ run, events }: { run: string; events: RunEvent[] }) => {
    if (run !== this.run) return
    const last = this.snapshot?.seq ?? 0
    const fresh = events.filter(({ seq }) => seq > last)
    if (fresh.length === 0) return
    if (fresh[0].seq !== last + 1) return this.join() // one was missed; the answer brings these too
    if (!this.snapshot) {
      this.snapshot = foldEvents(fresh)
      this.listener.onSnapshot?.(this.snapshot)
    } else {
      for (const event of fresh) {
        applyEvent(this.snapshot, event)
        this.listener.onEvent?.(event, this.snapshot)
      }
    }
    this.stopWhenOver()
  }

  private readonly onPreview = (preview: PreviewMessage, read: () => void) => {
    if (preview.run !== this.run) return
    this.listener.onPreview?.({ ...preview, bytes: asBytes(preview.bytes) })
    read()
  }

  private stopWhenOver(): void {
    if (this.snapshot && isOver(this.snapshot.summary.state)) this.stop()
  }
}
