import { z } from 'zod'
import { type ErrorJson, StudioError, toErrorJson } from '../../nodes/core/errors'
import type { Analyses } from '../runs/analyses'
import { MAX_UPDATE_BYTES } from './document-room'
import type { DocumentRooms } from './document-rooms'
import type { StudioSocket, StudioSockets } from './sockets'

/** Refused edits in a row after which a connection is closed: reading a document again is work. */
const MANY_REFUSALS = 20

const workflow = z.string().min(1).max(100)
const bytes = z.instanceof(Uint8Array)
const joinArgs = z.object({ workflow, stateVector: bytes.refine((value) => value.length < 1e6) })
const updateArgs = z.object({ workflow, update: bytes })
const leaveArgs = z.object({ workflow })

export const documentRoomName = (id: string) => `document:${id}`

/** Lets sockets into the rooms of documents, and tells them what others changed. */
export function serveDocuments(sockets: StudioSockets, rooms: DocumentRooms, analyses: Analyses): void {
  rooms.listen({
    onStored(id, update, from) {
      analyses.touch(id)
      const room = sockets.to(documentRoomName(id))
      const others = from === '' ? room : room.except(from)
      others.emit('document.update', { workflow: id, update })
    },
  })
  sockets.on('connection', (socket) => serveSocket(socket, rooms, analyses))
}

function serveSocket(socket: StudioSocket, rooms: DocumentRooms, analyses: Analyses): void {
  const joined = new Set<string>()
  let refusals = 0
  socket.on('document.join', (args, ack) =>
    answer(ack, async () => {
      const { workflow: id, stateVector } = parse(joinArgs, args)
      const reply = await rooms.join(id, socket.id, stateVector, () => {
        joined.add(id)
        void socket.join(documentRoomName(id))
      })
      const analysis = analyses.latest(id)
      if (analysis) socket.emit('document.analysis', analysis)
      else analyses.touch(id, 0)
      return reply
    }),
  )
  socket.on('document.update', (args, ack) =>
    answer(ack, async () => {
      const { workflow: id, update } = parse(updateArgs, args)
      try {
        await rooms.update(id, update, socket.id)
        refusals = 0
        return {}
      } catch (error) {
        if (++refusals >= MANY_REFUSALS) setImmediate(() => socket.disconnect(true))
        throw error
      }
    }),
  )
  socket.on('document.leave', (args) => {
    const parsed = leaveArgs.safeParse(args)
    if (!parsed.success || !joined.delete(parsed.data.workflow)) return
    void socket.leave(documentRoomName(parsed.data.workflow))
    void rooms.leave(parsed.data.workflow, socket.id)
  })
  socket.on('disconnect', () => {
    for (const id of joined) void rooms.leave(id, socket.id)
  })
}

/** @throws StudioError `usage/message` */
export function parse<T extends z.ZodType>(schema: T, args: unknown): z.output<T> {
  const parsed = schema.safeParse(args)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new StudioError(
    'usage/message',
    `The message is not valid at ${issue.path.join('.') || 'its start'}: ${issue.message}.`,
    { hint: `Reload the page. An edit may have ${MAX_UPDATE_BYTES} bytes at most.` },
  )
}

/** Calls back with what `work` gives, or with the sentence of its failure. A sender without a callback gets none. */
export function answer<T extends object>(
  ack: unknown,
  work: () => Promise<T>,
  onError: (error: ErrorJson) => void = () => {},
): void {
  const reply = typeof ack === 'function' ? (ack as (reply: unknown) => void) : () => {}
  work().then(
    (result) => reply({ ok: true, ...result }),
    (error) => {
      const { stack: _, ...json } = toErrorJson(error)
      onError(json)
      reply({ ok: false, error: json })
    },
  )
}
