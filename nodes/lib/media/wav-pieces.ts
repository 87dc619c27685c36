import { open } from 'node:fs/promises'
import { StudioError } from '../../core/errors'
import type { AudioPiece } from './codec-backend'
import { PCM_BYTES, type PcmEncoding, pcmToFloat } from './pcm-samples'
import { readBytes } from './read-bytes'
import { parseWavHeader, type WavHeader } from './wav-header'

/** Bytes that hold the header of nearly every WAV file. */
const USUAL_HEADER_BYTES = 4_096

/** Longest header we follow; pictures and notes may precede the samples. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024

/** Bytes read from the file at once. */
const PIECE_BYTES = 1 << 20

/**
 * The header of a PCM WAV file, with `dataBytes` resolved against the size of the file.
 *
 * @returns null when the samples are compressed
 * @throws StudioError `audio/unreadable` when the header is wrong, or promises more samples than the file holds
 */
export async function readWavHeader(
  file: string,
  fileBytes: number,
): Promise<(WavHeader & { dataBytes: number }) | null> {
  let headBytes = Math.min(fileBytes, USUAL_HEADER_BYTES)
  while (true) {
    const header = parseWavHeader(await readBytes(file, 0, headBytes), fileBytes)
    if (header === null) return null
    if (!('needBytes' in header)) return { ...header, dataBytes: presentBytes(header, fileBytes) }
    if (header.needBytes > MAX_HEADER_BYTES) {
      throw new StudioError(
        'audio/unreadable',
        'This WAV file has more than 64 MB of notes before its samples.',
        {
          hint: 'Export the recording again, as 16-bit PCM WAV for example.',
        },
      )
    }
    headBytes = Math.min(fileBytes, Math.max(header.needBytes, headBytes * 2))
  }
}

function presentBytes(header: WavHeader, fileBytes: number): number {
  const present = fileBytes - header.dataOffset
  if (header.dataBytes === null) return present
  const blockBytes = (header.channelCount * header.bits) / 8
  if (header.dataBytes > present) {
    const seconds = (bytes: number) => (bytes / blockBytes / header.sampleRate).toFixed(1)
    throw new StudioError(
      'audio/unreadable',
      `This WAV file is cut off: it declares ${seconds(header.dataBytes)} s of sound and holds ${seconds(present)} s.`,
      { hint: 'Copy or download the file again.' },
    )
  }
  return header.dataBytes
}

/** Samples of a PCM WAV file, exact: integers divided by 2^(bits − 1), floats as they are. */
export async function* wavPieces(
  file: string,
  header: WavHeader & { dataBytes: number },
): AsyncGenerator<AudioPiece> {
  const { sampleRate, channelCount } = header
  const encoding = encodingOf(header)
  const frameBytes = channelCount * PCM_BYTES[encoding]
  const frames = Math.floor(header.dataBytes / frameBytes)
  const framesPerPiece = Math.max(1, Math.floor(PIECE_BYTES / frameBytes))
  const handle = await open(file, 'r')
  try {
    for (let start = 0; start < frames; start += framesPerPiece) {
      const count = Math.min(framesPerPiece, frames - start)
      const bytes = new Uint8Array(count * frameBytes)
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, header.dataOffset + start * frameBytes)
      if (bytesRead < bytes.length) throw new Error(`${file} became shorter while it was read`)
      const channels = Array.from({ length: channelCount }, (_, channel) => {
        const samples = new Float32Array(count)
        pcmToFloat(bytes, encoding, channel, channelCount, samples)
        return samples
      })
      yield { sampleRate, channels }
    }
  } finally {
    await handle.close()
  }
}

function encodingOf({ encoding, bits }: WavHeader): PcmEncoding {
  if (encoding === 'float') return bits === 32 ? 'f32' : 'f64'
  return ({ 8: 'u8', 16: 's16', 24: 's24', 32: 's32' } as const)[bits as 8 | 16 | 24 | 32]
}
