'use client'
import { io, type Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../../server/realtime/protocol'

export type StudioSocket = Socket<ServerToClient, ClientToServer>

let socket: StudioSocket | undefined

/** The one connection of this page to the studio. It comes back by itself, for as long as the page is open. */
export function studioSocket(): StudioSocket {
  socket ??= io({
    path: '/ws',
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
  })
  return socket
}

/** Binary arrives as an ArrayBuffer in browsers and as a Buffer in Node. */
export const asBytes = (value: Uint8Array | ArrayBuffer): Uint8Array =>
  value instanceof ArrayBuffer ? new Uint8Array(value) : value
