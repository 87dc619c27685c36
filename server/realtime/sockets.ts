import type { Server, Socket } from 'socket.io'
import type { ClientToServer, ServerToClient } from './protocol'

export type StudioSockets = Server<ClientToServer, ServerToClient>
export type StudioSocket = Socket<ClientToServer, ServerToClient>
