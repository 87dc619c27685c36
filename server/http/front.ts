import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Server as SocketServer } from 'socket.io'
import { StudioError } from '../../nodes/core/errors'
import { MAX_UPDATE_BYTES } from '../realtime/document-room'
import type { StudioSockets } from '../realtime/sockets'
import { ANSWER_HEADERS, createGuard, hostName } from './guard'
import { sendProblem } from './send-file'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** The one port of a studio: requests and sockets that the guard let in. */
export interface Front {
  /** With the port that was taken. */
  url: string
  server: Server
  sockets: StudioSockets
  /** Until it is called, requests are told that the studio is starting, and sockets are refused: they try again. */
  answerWith(handler: Handler): void
}

/** @param port 0 takes a free one @throws StudioError `usage/port` */
export async function openFront(options: { host: string; port: number; dev: boolean }): Promise<Front> {
  const { host, dev } = options
  // A socket that came before there is one would be connected for good, and heard by nobody.
  let handler: Handler | undefined
  const server = createServer((request, response) => {
    if (!guard.admit(request, response)) return
    if (handler) void handler(request, response)
    else sendProblem(response, 503, 'usage/starting', 'The studio is starting.')
  })
  await listen(server, host, options.port)
  const { port } = server.address() as AddressInfo
  const guard = createGuard({ host, port, dev })
  server.prependListener('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const isKnown = request.url?.startsWith('/ws/') || (dev && request.url?.startsWith('/_next/'))
    const isAdmitted = isKnown && guard.admitsSocket(request)
    if (isAdmitted && handler) return
    const status = isAdmitted ? '503 Service Unavailable' : isKnown ? '403 Forbidden' : '404 Not Found'
    // The listeners after this one find a closed line.
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    socket.destroy()
  })
  const sockets: StudioSockets = new SocketServer(server, {
    path: '/ws',
    serveClient: false,
    destroyUpgrade: false, // in development Next has a socket of its own
    maxHttpBufferSize: 2 * MAX_UPDATE_BYTES, // a pasted workflow is one message
    allowRequest: (request, done) => done(null, handler !== undefined && guard.admitsSocket(request)),
  })
  sockets.engine.on('headers', (headers: Record<string, unknown>) => Object.assign(headers, ANSWER_HEADERS))
  return {
    url: `http://${hostName(host)}:${port}`,
    server,
    sockets,
    answerWith: (next) => {
      handler = next
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const other = port < 65_535 ? port + 1 : 3000
  switch (error.code) {
    case 'EADDRINUSE':
      return new StudioError('usage/port', `Port ${port} is taken by another program.`, {
        hint: `Open http://${hostName(host)}:${port} if that is a studio of yours, or choose another: --port ${other}.`,
      })
    case 'EACCES':
      return new StudioError('usage/port', `Port ${port} is not for programs of this user.`, {
        hint: 'Choose one above 1023, such as --port 3000.',
      })
    case 'EADDRNOTAVAIL':
      return new StudioError('usage/port', `This machine has no address ${host}.`, {
        hint: 'Leave --host out: the studio then listens on 127.0.0.1.',
      })
    default:
      return error
  }
}
