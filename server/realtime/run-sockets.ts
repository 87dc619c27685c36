import { z } from 'zod'
import type { RunEvent } from '../../nodes/core/run-events'
import { isOver, type RunSnapshot, type RunSummary } from '../../nodes/core/run-snapshot'
import type { Preview } from '../engine/events'
import type { RunManager } from '../runs/run-manager'
import { answer, parse } from './document-sockets'
import { PreviewBudget } from './preview-budget'
import { type StudioSocket, type StudioSockets, unreadBy } from './sockets'

/** Messages a client may leave unread before it is left out until it has read them. */
const UNREAD = 32

/** The list of runs hears of one run at most this often. */
const SUMMARY_MS = 250

const run = z.string().min(1).max(100)
const joinArgs = z.object({ run, seq: z.int().min(0) })
const leaveArgs = z.object({ run })

const roomOf = (id: string) => `run:${id}`
const LIST_ROOM = 'runs'

interface Viewer {
  socket: StudioSocket
  previews: PreviewBudget
  /** The last event it was sent, while it is left out for reading too slowly. */
  behindAt?: number
}

/** Brings what happens in runs to everybody who looks, and lets nobody wait for somebody slower. */
export class RunSockets {
  /** Run → socket → viewer. */
  private readonly viewers = new Map<string, Map<string, Viewer>>()
  /** The latest picture of each node at work, for those who come later. */
  private readonly pictures = new Map<string, Map<string, Preview>>()
  private readonly summaries = new Map<string, { latest?: RunSummary; timer: NodeJS.Timeout }>()

  constructor(private readonly sockets: StudioSockets) {}

  serve(runs: RunManager): void {
    this.sockets.on('connection', (socket) => {
      socket.on('run.join', (args, ack) =>
        answer(ack, async () => {
          const { run: id, seq } = parse(joinArgs, args)
          const missing = runs.since(id, seq)
          this.enter(id, socket, runs)
          return missing
        }),
      )
      socket.on('run.leave', (args) => {
        const parsed = leaveArgs.safeParse(args)
        if (parsed.success) this.leave(parsed.data.run, socket)
      })
      socket.on('runs.join', (ack) =>
        answer(ack, async () => {
          void socket.join(LIST_ROOM)
          return { runs: (await runs.list()).runs }
        }),
      )
      socket.on('runs.leave', () => void socket.leave(LIST_ROOM))
      socket.on('disconnect', () => {
        for (const id of [...this.viewers.keys()]) this.leave(id, socket)
      })
    })
  }

  onEvents(id: string, events: RunEvent[], snapshot: RunSnapshot, runs: RunManager): void {
    for (const event of events) this.forgetPicture(id, event)
    const before = events[0].seq - 1
    for (const viewer of this.viewers.get(id)?.values() ?? []) {
      if (viewer.behindAt === undefined && unreadBy(viewer.socket) > UNREAD)
        this.leaveOut(id, viewer, before, runs)
    }
    this.sockets.to(roomOf(id)).emit('run.events', { run: id, events })
    if (isOver(snapshot.summary.state)) this.pictures.delete(id)
  }

  onPreview(preview: Preview): void {
    const pictures = this.pictures.get(preview.run) ?? new Map<string, Preview>()
    this.pictures.set(preview.run, pictures)
    pictures.set(preview.node, preview)
    for (const { previews, behindAt } of this.viewers.get(preview.run)?.values() ?? []) {
      if (behindAt === undefined) previews.offer(preview)
    }
  }

  onSummary(summary: RunSummary): void {
    const waiting = this.summaries.get(summary.id)
    if (waiting) {
      waiting.latest = summary
      return
    }
    this.sockets.to(LIST_ROOM).emit('runs.changed', summary)
    const timer = setTimeout(() => {
      const latest = this.summaries.get(summary.id)?.latest
      this.summaries.delete(summary.id)
      if (latest) this.onSummary(latest)
    }, SUMMARY_MS)
    this.summaries.set(summary.id, { timer })
  }

  onRemoved(id: string): void {
    this.sockets.to(LIST_ROOM).emit('runs.removed', { run: id })
  }

  close(): void {
    for (const { timer } of this.summaries.values()) clearTimeout(timer)
    for (const viewers of this.viewers.values()) for (const { previews } of viewers.values()) previews.close()
  }

  private enter(id: string, socket: StudioSocket, runs: RunManager): void {
    if (isOver(runs.snapshot(id).summary.state)) return // nothing will happen any more
    const viewers = this.viewers.get(id) ?? new Map<string, Viewer>()
    this.viewers.set(id, viewers)
    void socket.join(roomOf(id))
    viewers.get(socket.id)?.previews.close()
    const previews = new PreviewBudget((preview, read) => socket.emit('run.preview', preview, read))
    viewers.set(socket.id, { socket, previews })
    for (const picture of this.pictures.get(id)?.values() ?? []) previews.offer(picture)
  }

  private leave(id: string, socket: StudioSocket): void {
    const viewers = this.viewers.get(id)
    const viewer = viewers?.get(socket.id)
    if (!viewers || !viewer) return
    viewer.previews.close()
    viewers.delete(socket.id)
    if (viewers.size === 0) this.viewers.delete(id)
    void socket.leave(roomOf(id))
  }

  /** Nothing more is put before a client that does not read; when it has, it gets what it has missed in one piece. */
  private leaveOut(id: string, viewer: Viewer, seq: number, runs: RunManager): void {
    const { socket } = viewer
    viewer.behindAt = seq
    void socket.leave(roomOf(id))
    socket.conn.once('drain', () => {
      if (this.viewers.get(id)?.get(socket.id) !== viewer) return
      viewer.behindAt = undefined
      const { events, snapshot } = runs.since(id, seq)
      if (snapshot) socket.emit('run.snapshot', snapshot)
      else if (events.length > 0) socket.emit('run.events', { run: id, events })
      void socket.join(roomOf(id))
    })
  }

  private forgetPicture(id: string, event: RunEvent): void {
    if (event.type !== 'job.finished' && event.type !== 'job.failed') return
    this.pictures.get(id)?.delete(event.node)
    for (const { previews } of this.viewers.get(id)?.values() ?? []) previews.forget(event.node)
  }
}
