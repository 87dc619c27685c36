import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { createBrotliDecompress } from 'node:zlib'

export interface Sending {
  file: string
  mime: string
  /** Name to save it under; sent as an attachment. */
  downloadAs?: string
  /** The stored bytes are brotli. */
  brotli?: boolean
  /** Never changes under this address. */
  etag: string
}

/** `bytes=a-b`, one range; null: no or an unreadable range (the whole is sent), 'beyond': none of it exists. */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | null | 'beyond' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const last = Number(match[2])
    return last === 0 || size === 0 ? 'beyond' : { start: Math.max(0, size - last), end: size - 1 }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]))
  if (match[2] !== '' && Number(match[2]) < start) return null
  return start >= size ? 'beyond' : { start, end }
}

/** Sends an immutable file, or a range of it. Never compresses; brotli that is stored is passed on or unpacked. */
export function sendFile(request: IncomingMessage, response: ServerResponse, sending: Sending): void {
  const { file, mime, downloadAs, brotli, etag } = sending
  const info = statSync(file, { throwIfNoEntry: false })
  if (!info) return sendProblem(response, 404, 'asset/missing', 'This artifact is not there any more.')
  response.setHeader('Content-Type', mime)
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable')
  response.setHeader('ETag', `"${etag}"`)
  response.setHeader('Vary', 'Accept-Encoding')
  if (downloadAs) response.setHeader('Content-Disposition', disposition(downloadAs))
  if (request.headers['if-none-match'] === `"${etag}"`) return void response.writeHead(304).end()
  const finish = (error: NodeJS.ErrnoException | null | undefined) => {
    if (error && !response.writableEnded) response.destroy()
  }
  if (brotli && !/\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.writeHead(200)
    if (request.method === 'HEAD') return void response.end()
    return void pipeline(createReadStream(file), createBrotliDecompress(), response, finish)
  }
  if (brotli) response.setHeader('Content-Encoding', 'br')
  else response.setHeader('Accept-Ranges', 'bytes')
  const range = brotli ? null : parseRange(request.headers.range, info.size)
  if (range === 'beyond') {
    response.setHeader('Content-Range', `bytes */${info.size}`)
    return sendProblem(response, 416, 'asset/range', `This artifact has ${info.size} bytes.`)
  }
  const { start, end } = range ?? { start: 0, end: info.size - 1 }
  response.setHeader('Content-Length', Math.max(0, end - start + 1))
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${info.size}`)
  response.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || info.size === 0) return void response.end()
  pipeline(createReadStream(file, { start, end }), response, finish)
}

const disposition = (name: string) => {
  const plain = name.replace(/[^\x20-\x7e]|["\\/]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

export function sendProblem(response: ServerResponse, status: number, code: string, message: string): void {
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(status)
  response.end(JSON.stringify({ code, message }))
}
