import type { AudioValue } from '../../core/values'

/** Samples of all channels per piece. */
const BLOCK = 1 << 18

/** A 32-bit float WAV file, exact, in pieces that are to be written one after the other. */
export function floatWav({ sampleRate, channels }: AudioValue): Uint8Array[] {
  const length = channels[0].length
  const dataBytes = length * channels.length * 4
  const parts: Uint8Array[] = [header(sampleRate, channels.length, length, dataBytes)]
  for (let start = 0; start < length; start += BLOCK) {
    const count = Math.min(BLOCK, length - start)
    const block = new DataView(new ArrayBuffer(count * channels.length * 4))
    channels.forEach((channel, c) => {
      for (let i = 0; i < count; i++)
        block.setFloat32((i * channels.length + c) * 4, channel[start + i], true)
    })
    parts.push(new Uint8Array(block.buffer))
  }
  return parts
}

/** RIFF header with the `fact` chunk that formats other than integer PCM must have. */
function header(sampleRate: number, channelCount: number, frames: number, dataBytes: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(58))
  const tag = (at: number, text: string) => {
    for (let i = 0; i < 4; i++) view.setUint8(at + i, text.charCodeAt(i))
  }
  tag(0, 'RIFF')
  view.setUint32(4, 50 + dataBytes, true)
  tag(8, 'WAVE')
  tag(12, 'fmt ')
  view.setUint32(16, 18, true)
  view.setUint16(20, 3, true)
  view.setUint16(22, channelCount, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * channelCount * 4, true)
  view.setUint16(32, channelCount * 4, true)
  view.setUint16(34, 32, true)
  tag(38, 'fact')
  view.setUint32(42, 4, true)
  view.setUint32(46, frames, true)
  tag(50, 'data')
  view.setUint32(54, dataBytes, true)
  return new Uint8Array(view.buffer)
}
