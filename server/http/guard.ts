import { randomBytes } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { sendProblem } from './send-file'

export interface Guard {
  /** False when the request was refused and answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean
  /** Whether a socket may be opened. */
  admitsSocket(request: IncomingMessage): boolean
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Of a tRPC call, uploads aside: a pasted workflow of 5 MB with room to spare. */
export const MAX_BODY_BYTES = 12_000_000

/** On every answer, whoever gives it. */
export const ANSWER_HEADERS: OutgoingHttpHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self)',
}

/** An address as it stands in URLs and Host headers: IPv6 in brackets. */
export const hostName = (host: string) => (host.includes(':') ? `[${host}]` : host)

/**
 * Lets in only what a page of this studio sends. A page of somebody else's cannot write to it (its Origin differs),
 * nor reach it under a name of its own (the Host differs).
 */
export function createGuard({ host, port, dev }: { host: string; port: number; dev: boolean }): Guard {
  const hosts = new Set(
    [...LOOPBACK, hostName(host)].flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]),
  )
  const hostOf = (request: IncomingMessage) => String(request.headers.host ?? '').toLowerCase()
  const isOurs = (request: IncomingMessage) => hosts.has(hostOf(request))
  const isSameOrigin = (request: IncomingMessage) => {
    const { origin } = request.headers
    if (origin !== undefined) return hosts.has(origin.toLowerCase().replace(/^http:\/\//, ''))
    const site = request.headers['sec-fetch-site']
    return site === undefined || site === 'same-origin' || site === 'none'
  }

  /** The first thing that speaks against a request: status, code and sentence. */
  function objection(request: IncomingMessage): [number, `usage/${string}`, string] | undefined {
    const { method = 'GET', headers } = request
    if (!isOurs(request)) {
      const name = String(headers.host ?? '').slice(0, 80)
      return [421, 'usage/host', `This studio does not answer to the name "${name}".`]
    }
    // Anything else would reach a handler by another name than the one judged here.
    if (!request.url?.startsWith('/') || request.url.startsWith('//')) {
      return [400, 'usage/address', 'This is no address of the studio.']
    }
    if (method === 'GET' || method === 'HEAD') return undefined
    if (!isSameOrigin(request)) {
      return [403, 'usage/origin', 'Only pages of this studio may change something in it.']
    }
    if (!request.url.startsWith('/api/trpc/')) return undefined
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return [415, 'usage/content-type', 'Calls are JSON: send Content-Type application/json.']
    }
    if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
      return [413, 'usage/too-large', `A call may have ${MAX_BODY_BYTES} bytes at most.`]
    }
    return undefined
  }

  return {
    admit(request, response) {
      for (const [name, value] of Object.entries(ANSWER_HEADERS)) response.setHeader(name, value!)
      const problem = objection(request)
      const policy = contentPolicy(problem ? undefined : hostOf(request), dev)
      response.setHeader('Content-Security-Policy', policy)
      // Next puts the nonce it finds here on every script of the page; whatever a client sent is overwritten.
      request.headers['content-security-policy'] = policy
      if (!problem) return true
      response.setHeader('Connection', 'close') // a body that is still coming is not read
      sendProblem(response, ...problem)
      return false
    },
    admitsSocket: (request) => isOurs(request) && isSameOrigin(request),
  }
}

/** What a page may load. Only scripts of ours run: files of the studio, and the inline ones that carry the nonce. */
function contentPolicy(host: string | undefined, dev: boolean): string {
  const nonce = randomBytes(16).toString('base64')
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ''}`, // React rebuilds stacks with eval in development
    "style-src 'self' 'unsafe-inline'", // positions on the canvas are style attributes
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self' data:",
    `connect-src 'self' blob:${host ? ` ws://${host}` : ''}`, // older browsers do not count sockets as 'self'
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
