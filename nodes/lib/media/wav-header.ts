import { StudioError } from '../../core/errors'

/** How samples lie in a PCM WAV file. */
export interface WavHeader {
  encoding: 'int' | 'float'
  /** 8, 16, 24 or 32 for `int` (8 is unsigned), 32 or 64 for `float`. */
  bits: number
  sampleRate: number
  channelCount: number
  /** Byte offset of the first sample in the file. */
  dataOffset: number
  /** Bytes of samples the header declares; null when the writer did not know (a recording that was streamed). */
  dataBytes: number | null
}

const FORMAT_PCM = 1
const FORMAT_FLOAT = 3
const FORMAT_EXTENSIBLE = 0xfffe

/**
 * Reads the header of a WAV file (RIFF or RF64; chunks `fmt ` and `data`, others are skipped).
 *
 * @param head the file up to its samples; `fileBytes` is the size of all of it
 * @returns null when the samples are compressed (ADPCM, µ-law, …), which is for a codec to read; `needBytes` when
 *   `head` ends before the `data` chunk and must be at least that long
 * @throws StudioError `audio/unreadable` when it is no WAV file or its header contradicts itself
 */
export function parseWavHeader(
  head: Uint8Array,
  fileBytes: number,
): WavHeader | { needBytes: number } | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length < 12) throw unreadable(`it ends after ${head.length} bytes`)
  const rf64 = tag(view, 0) === 'RF64'
  let format: Omit<WavHeader, 'dataOffset' | 'dataBytes'> | null | undefined
  let dataBytes64: number | null = null
  let at = 12
  while (true) {
    if (at + 8 > fileBytes) throw unreadable('it has no samples (no "data" chunk)')
    if (at + 8 > head.length) return { needBytes: at + 8 }
    const name = tag(view, at)
    const bytes = view.getUint32(at + 4, true)
    const body = at + 8
    if (name === 'data') {
      if (format === undefined) throw unreadable('its samples come before their description ("fmt " chunk)')
      if (format === null) return null
      return { ...format, dataOffset: body, dataBytes: declaredBytes(bytes, rf64 ? dataBytes64 : null) }
    }
    if (name === 'fmt ' || name === 'ds64') {
      if (body + bytes > fileBytes)
        throw unreadable(`it is cut off inside its header, after ${fileBytes} bytes`)
      if (bytes > 65_536) throw unreadable(`its "${name}" chunk claims ${bytes} bytes`)
      if (body + bytes > head.length) return { needBytes: body + bytes }
      if (name === 'fmt ') format = parseFormat(view, body, bytes)
      else if (bytes >= 16) dataBytes64 = Number(view.getBigUint64(body + 8, true))
    }
    at = body + bytes + (bytes & 1) // chunks are padded to even length
  }
}

/** 0 and all ones are what writers leave that never came back to fill in the size. */
function declaredBytes(bytes: number, bytes64: number | null): number | null {
  if (bytes64 !== null) return bytes64
  return bytes === 0 || bytes === 0xffffffff ? null : bytes
}

function parseFormat(
  view: DataView,
  at: number,
  bytes: number,
): Omit<WavHeader, 'dataOffset' | 'dataBytes'> | null {
  if (bytes < 16) throw unreadable(`its "fmt " chunk has ${bytes} bytes instead of 16 or more`)
  let code = view.getUint16(at, true)
  const channelCount = view.getUint16(at + 2, true)
  const sampleRate = view.getUint32(at + 4, true)
  const blockBytes = view.getUint16(at + 12, true)
  const bits = view.getUint16(at + 14, true)
  // WAVE_FORMAT_EXTENSIBLE keeps the real code in the first two bytes of a GUID.
  if (code === FORMAT_EXTENSIBLE) {
    if (bytes < 26) throw unreadable('its extended "fmt " chunk is too short')
    code = view.getUint16(at + 24, true)
  }
  if (code !== FORMAT_PCM && code !== FORMAT_FLOAT) return null
  const encoding = code === FORMAT_PCM ? 'int' : 'float'
  const known = encoding === 'int' ? [8, 16, 24, 32] : [32, 64]
  if (!known.includes(bits)) throw unreadable(`it has ${bits}-bit ${encoding} samples`)
  if (channelCount < 1) throw unreadable('it has no channels')
  if (sampleRate < 1) throw unreadable(`its sample rate is ${sampleRate} Hz`)
  if (blockBytes !== (channelCount * bits) / 8) {
    throw unreadable(`it declares ${blockBytes} bytes for ${channelCount} samples of ${bits} bits`)
  }
  return { encoding, bits, sampleRate, channelCount }
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  )
}

const unreadable = (why: string): StudioError =>
  new StudioError('audio/unreadable', `This WAV file cannot be read: ${why}.`, {
    hint: 'Export the recording again, as 16-bit PCM WAV for example.',
  })
