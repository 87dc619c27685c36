import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendProblem } from './send-file'

export interface Guard {
  /** False when the request was refused and answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean
  /** Whether a socket may be opened. */
  admitsSocket(request: IncomingMessage): boolean
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Of a tRPC call, uploads aside: a pasted workflow of 5 MB with room to spare. */
const MAX_BODY_BYTES = 12_000_000

/**
 * Lets in only what a page of this studio sends. A page of somebody else's cannot write to it (its Origin differs),
 * nor reach it under a name of its own (the Host differs).
 */
export function createGuard({ host, port, dev }: { host: string; port: number; dev: boolean }): Guard {
  const hosts = new Set(
    [...LOOPBACK, host].flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]),
  )
  const isOurs = (request: IncomingMessage) => hosts.has(String(request.headers.host ?? '').toLowerCase())
  const isSameOrigin = (request: IncomingMessage) => {
    const { origin } = request.headers
    if (origin !== undefined) return hosts.has(origin.replace(/^https?:\/\//, '').toLowerCase())
    const site = request.headers['sec-fetch-site']
    return site === undefined || site === 'same-origin' || site === 'none'
  }
  return {
    admit(request, response) {
      setHeaders(response, dev)
      if (!isOurs(request)) {
        sendProblem(
          response,
          421,
          'usage/host',
          `This studio does not answer to the name "${request.headers.host ?? ''}".`,
        )
        return false
      }
      const { method = 'GET' } = request
      if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true
      if (!isSameOrigin(request)) {
        sendProblem(response, 403, 'usage/origin', 'Only pages of this studio may change something in it.')
        return false
      }
      const isTrpc = request.url?.startsWith('/api/trpc/') ?? false
      if (isTrpc && !/^application\/json\b/.test(String(request.headers['content-type'] ?? ''))) {
        sendProblem(
          response,
          415,
          'usage/content-type',
          'Calls are JSON: send Content-Type application/json.',
        )
        return false
      }
      if (isTrpc && Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
        sendProblem(response, 413, 'usage/too-large', `A call may have ${MAX_BODY_BYTES} bytes at most.`)
        return false
      }
      return true
    },
    admitsSocket: (request) => isOurs(request) && isSameOrigin(request),
  }
}

function setHeaders(response: ServerResponse, dev: boolean): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(self)')
  response.setHeader(
    'Content-Security-Policy',
    [
      "default-src 'self'",
      // Next starts its pages with inline scripts; nothing a user types ever becomes one.
      `script-src 'self' 'unsafe-inline'${dev ? " 'unsafe-eval'" : ''}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      "font-src 'self' data:",
      "connect-src 'self' ws: wss: blob:",
      "worker-src 'self' blob:",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
  )
}
