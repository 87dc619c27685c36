/** A server that behaves like the Hugging Face hub: the hub redirects to signed addresses of another origin. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HubBehaviour {
  /** Answers of the hub before it behaves: status and headers, the first of them first. */
  refusals?: { status: number; headers?: Record<string, string> }[]
  /** As `refusals`, of the host behind the hub. */
  cdnRefusals?: { status: number; headers?: Record<string, string> }[]
  /** Bytes after which each answer breaks off, the first of them first; then none does. */
  drops?: number[]
  /** Sends so many bytes and then nothing, for this many answers. */
  silences?: { after: number; answers: number }
  /** One byte every few milliseconds. */
  isDripping?: boolean
  /** Bytes per second, at most. */
  bytesPerSecond?: number
  /** Ranges are ignored. */
  hasNoRanges?: boolean
  /** Of the file at the host behind the hub, where it is not the usual one. */
  etag?: string
  /** The bytes are others than the header of the hub says. */
  sent?: Buffer
  /** Only this token may read it. */
  token?: string
  /** No large-file headers, no redirect: as small files are served. */
  isSmall?: boolean
}

interface Served extends HubBehaviour {
  bytes: Buffer
  etag: string
}

export interface HubServer {
  url: string
  cdnUrl: string
  /** `<owner>/<repo>/<path>` → bytes, with the ways it may misbehave. */
  serve(name: string, bytes: Buffer, behaviour?: HubBehaviour): void
  /** Every request, oldest first. */
  requests: {
    host: 'hub' | 'cdn'
    method: string
    path: string
    headers: IncomingMessage['headers']
    status: number
  }[]
  /** Bytes that the host behind the hub has sent. */
  sentBytes(): number
  /** Files that were on their way at one time, at most. */
  mostAtOnce(): number
}

export const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

const listen = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

export async function hubServer(): Promise<HubServer> {
  const files = new Map<string, Served>()
  const requests: HubServer['requests'] = []
  let sent = 0
  const [onTheWay, most] = [new Set<unknown>(), { atOnce: 0 }]
  const note = (host: 'hub' | 'cdn', request: IncomingMessage, status: number) =>
    requests.push({ host, method: request.method!, path: request.url!, headers: request.headers, status })

  const hub = createServer((request, response) => {
    const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(decodeURIComponent(request.url!))
    const name = match ? `${match[1]}/${match[3]}` : ''
    const file = files.get(name)
    const answer = (status: number, headers: Record<string, string> = {}, body?: Buffer) => {
      note('hub', request, status)
      response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
    }
    if (!file) return answer(404, {}, Buffer.from('Entry not found'))
    const refusal = file.refusals?.shift()
    if (refusal) return answer(refusal.status, refusal.headers, Buffer.from('<html>no</html>'))
    if (file.token && request.headers.authorization !== `Bearer ${file.token}`)
      return answer(401, {}, Buffer.from('who?'))
    if (file.isSmall)
      return answer(
        200,
        { 'content-length': String(file.bytes.length), etag: '"0123456789abcdef"' },
        file.bytes,
      )
    answer(302, {
      location: `http://127.0.0.1:${ports.cdn}/blob/${encodeURIComponent(name)}?signature=${Math.random()}`,
      'x-linked-size': String(file.bytes.length),
      'x-linked-etag': `"${sha256Of(file.bytes)}"`,
      'x-repo-commit': 'c0ffee',
    })
  })
  const cdn = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url!, 'http://x').pathname.replace('/blob/', ''))
    const file = files.get(name)!
    const refusal = file.cdnRefusals?.shift()
    if (refusal) {
      note('cdn', request, refusal.status)
      return response.writeHead(refusal.status, refusal.headers).end('<html>no</html>')
    }
    const bytes = file.sent ?? file.bytes
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === file.etag
    const from = range && isSame && !file.hasNoRanges ? Number(range[1]) : 0
    if (from > bytes.length) {
      note('cdn', request, 416)
      return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    }
    const status = from > 0 ? 206 : 200
    note('cdn', request, status)
    response.writeHead(status, {
      etag: file.etag,
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length - from),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    })
    if (request.method === 'HEAD') return response.end()
    onTheWay.add(response)
    most.atOnce = Math.max(most.atOnce, onTheWay.size)
    response.on('close', () => onTheWay.delete(response))
    void send(response, bytes.subarray(from), file, (count) => {
      sent += count
    })
  })
  const ports = { hub: await listen(hub), cdn: await listen(cdn) }
  onTestFinished(() => {
    for (const server of [hub, cdn]) {
      server.closeAllConnections()
      server.close()
    }
  })
  return {
    url: `http://127.0.0.1:${ports.hub}`,
    cdnUrl: `http://127.0.0.1:${ports.cdn}`,
    requests,
    serve: (name, bytes, behaviour = {}) =>
      files.set(name, { etag: `"${sha256Of(bytes).slice(0, 16)}"`, ...behaviour, bytes }),
    sentBytes: () => sent,
    mostAtOnce: () => most.atOnce,
  }
}

const PIECE = 16_384

async function send(
  response: ServerResponse,
  bytes: Buffer,
  file: Served,
  onSent: (count: number) => void,
): Promise<void> {
  response.flushHeaders()
  const closed = new AbortController()
  response.on('close', () => closed.abort())
  const dropAfter = file.drops?.shift()
  const silent = file.silences && file.silences.answers-- > 0 ? file.silences.after : undefined
  const piece = file.isDripping ? 1 : PIECE
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    const part = bytes.subarray(at, at + piece)
    if (dropAfter !== undefined && at + part.length > dropAfter) {
      response.write(part.subarray(0, dropAfter - at), () => response.destroy())
      return
    }
    if (silent !== undefined && at + part.length > silent) return
    if (!response.write(part)) await once(response, 'drain', { signal: closed.signal }).catch(() => {})
    onSent(part.length)
    if (file.isDripping) await sleep(20)
    if (file.bytesPerSecond) await sleep((part.length / file.bytesPerSecond) * 1000)
  }
  response.end()
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
