import { createReadStream, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { createBrotliDecompress } from 'node:zlib'
import type { ErrorCode } from '../../nodes/core/errors'

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
  const { file, mime, downloadAs, brotli } = sending
  const info = statSync(file, { throwIfNoEntry: false })
  if (!info) return sendProblem(response, 404, 'asset/missing', 'This artifact is not there any more.')
  const passesBrotli = brotli === true && accepts(request.headers['accept-encoding'], 'br')
  const etag = `"${sending.etag}${passesBrotli ? '-br' : ''}"`
  response.setHeader('Content-Type', mime)
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable')
  response.setHeader('ETag', etag)
  if (brotli) response.setHeader('Vary', 'Accept-Encoding')
  if (downloadAs !== undefined) response.setHeader('Content-Disposition', disposition(downloadAs))
  if (isKnown(request.headers['if-none-match'], etag)) return void response.writeHead(304).end()
  const finish = (error: NodeJS.ErrnoException | null | undefined) => {
    if (error && !response.writableEnded) response.destroy()
  }
  if (brotli && !passesBrotli) {
    response.writeHead(200)
    if (request.method === 'HEAD') return void response.end()
    return void pipeline(createReadStream(file), createBrotliDecompress(), response, finish)
  }
  if (brotli) response.setHeader('Content-Encoding', 'br')
  else response.setHeader('Accept-Ranges', 'bytes')
  const ifRange = request.headers['if-range'] ?? etag
  const range = brotli || ifRange !== etag ? null : parseRange(request.headers.range, info.size)
  if (range === 'beyond') {
    response.removeHeader('Content-Disposition')
    response.removeHeader('ETag')
    response.setHeader('Content-Range', `bytes */${info.size}`)
    return sendProblem(response, 416, 'asset/range', `This artifact has ${info.size} bytes.`)
  }
  const { start, end } = range ?? { start: 0, end: info.size - 1 }
  response.setHeader('Content-Length', end - start + 1)
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${info.size}`)
  response.writeHead(range ? 206 : 200)
  if (request.method === 'HEAD' || info.size === 0) return void response.end()
  pipeline(createReadStream(file, { start, end }), response, finish)
}

/** Whether an Accept-Encoding header names an encoding without ruling it out (`br;q=0`). */
function accepts(header: string | string[] | undefined, encoding: string): boolean {
  return String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .some(([name, ...rest]) => name === encoding && !rest.some((part) => /^q=0(\.0*)?$/.test(part)))
}

const isKnown = (header: string | undefined, etag: string) =>
  header
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*') ?? false

/** RFC 6266: a plain name for old clients, the exact one (RFC 5987) for the rest; never one that leads elsewhere. */
function disposition(name: string): string {
  // Separators, what Windows forbids, control characters, and marks that reverse the text to hide an ending.
  const safe =
    [...name]
      .slice(0, 200)
      .join('')
      .replace(/[\p{C}/\\:*?"<>|]/gu, '_')
      .replace(/^\.+/, '_')
      .trim() || 'file'
  const plain = safe.replace(/[^\x20-\x7e]|%/g, '_')
  const exact = encodeURIComponent(safe).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}

export function sendProblem(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
  hint?: string,
): void {
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(status)
  response.end(JSON.stringify({ code, message, hint }))
}
