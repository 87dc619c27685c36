import type { Server, Socket } from 'socket.io'
import { StudioError } from '../../nodes/core/errors'
import type { ClientToServer, ServerToClient } from './protocol'

export type StudioSockets = Server<ClientToServer, ServerToClient>
export type StudioSocket = Socket<ClientToServer, ServerToClient>

/** Questions a client may have open. One that asks on and on without reading would fill the memory. */
const MANY_OPEN = 500

/** The messages that the line of a client has not taken yet. */
export function unreadBy(socket: StudioSocket): number {
  const { writeBuffer } = socket.conn as unknown as { writeBuffer?: unknown[] } // typed as private
  if (writeBuffer === undefined) throw new StudioError('internal', 'engine.io has no writeBuffer any more.')
  return writeBuffer.length
}

/** Closes the line of a client that asks faster than it reads; a tab that did so comes back and joins anew. */
export function cutOffStorms(sockets: StudioSockets): void {
  sockets.on('connection', (socket) => {
    let unanswered = 0
    socket.use((message, next) => {
      const answer = message.at(-1)
      if (typeof answer === 'function') {
        unanswered++
        message[message.length - 1] = (...reply: unknown[]) => {
          unanswered--
          answer(...reply)
        }
      }
      if (unanswered + unreadBy(socket) > MANY_OPEN)
        socket.conn.close(true) // what it has not read is thrown away
      else next()
    })
  })
}
