import { deflateSync, inflateSync } from 'node:zlib'
import { StudioError } from '../../core/errors'
import { crc32 } from './crc32'

/** Keyword of the iTXt chunk that holds a workflow. */
const KEYWORD = 'mmgt-workflow'

/** A workflow is capped at 5 MB; more than this after inflating is a bomb. */
const MAX_JSON_BYTES = 32 * 1024 * 1024

const SIGNATURE_BYTES = 8

/**
 * Puts a workflow into a PNG, as a compressed iTXt chunk (PNG specification, 11.3.3.4) in front of the pixels.
 *
 * @param png is not changed
 * @throws StudioError `image/unreadable` when it is no PNG
 */
export function embedWorkflowInPng(png: Uint8Array, workflow: unknown): Uint8Array {
  const header = chunkAt(png, SIGNATURE_BYTES)
  if (header?.type !== 'IHDR') {
    throw new StudioError(
      'image/unreadable',
      'A workflow can only be put into a PNG picture, and this is none.',
    )
  }
  const text = deflateSync(JSON.stringify(workflow))
  // Keyword, 0, compressed, deflate, no language, 0, no translation, 0.
  const prefix = Buffer.from(`${KEYWORD}\0\x01\0\0\0`, 'latin1')
  const chunk = makeChunk('iTXt', Buffer.concat([prefix, text]))
  return new Uint8Array(Buffer.concat([png.subarray(0, header.next), chunk, png.subarray(header.next)]))
}

/** The workflow in a PNG, as JSON text; null when there is none or the file is damaged before it. */
export function readPngText(png: Uint8Array): string | null {
  for (let chunk = chunkAt(png, SIGNATURE_BYTES); chunk; chunk = chunkAt(png, chunk.next)) {
    if (chunk.type === 'IEND') return null
    if (chunk.type !== 'iTXt' || !startsWithKeyword(chunk.data)) continue
    const compressed = chunk.data[KEYWORD.length + 1] === 1
    const language = chunk.data.indexOf(0, KEYWORD.length + 3)
    const translation = language < 0 ? -1 : chunk.data.indexOf(0, language + 1)
    if (translation < 0) return null
    const text = chunk.data.subarray(translation + 1)
    return new TextDecoder().decode(compressed ? inflate(text) : text)
  }
  return null
}

function inflate(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_JSON_BYTES })
  } catch (cause) {
    throw new StudioError('image/unreadable', 'The workflow in this PNG is damaged.', {
      hint: 'Use the original file; programs that save pictures again may leave half of it.',
      cause,
    })
  }
}

function startsWithKeyword(data: Uint8Array): boolean {
  if (data[KEYWORD.length] !== 0) return false
  for (let i = 0; i < KEYWORD.length; i++) if (data[i] !== KEYWORD.charCodeAt(i)) return false
  return true
}

function chunkAt(png: Uint8Array, at: number): { type: string; data: Uint8Array; next: number } | null {
  if (at + 12 > png.length) return null
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const bytes = view.getUint32(at)
  if (at + 12 + bytes > png.length) return null
  const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
  return { type, data: png.subarray(at + 8, at + 8 + bytes), next: at + 12 + bytes }
}

function makeChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)))
  return chunk
}
