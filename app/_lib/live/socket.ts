'use client'
import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../../server/realtime/protocol'

export type StudioSocket = Socket<ServerToClient, ClientToServer>

const SENT_AWAY_MS = 5_000

let socket: StudioSocket | undefined

/** The one connection of this page to the studio. It comes back by itself, for as long as the page is open. */
export function studioSocket(): StudioSocket {
  socket ??= connect()
  return socket
}

function connect(): StudioSocket {
  const made: StudioSocket = io({
    path: '/ws',
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
  })
  made.on('disconnect', (reason) => {
    // Sent away by the studio, after too many edits that it refused: the library does not come back from that itself.
    if (reason === 'io server disconnect') setTimeout(() => made.connect(), SENT_AWAY_MS)
  })
  return made
}

/** Binary arrives as an ArrayBuffer in browsers and as a Buffer in Node. */
export const asBytes = (value: Uint8Array | ArrayBuffer): Uint8Array =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : value
