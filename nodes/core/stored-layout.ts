/**
 * How values lie in storage: what their parts are called and what is done to the bytes before they are compressed.
 * The server writes it, the server and the browser read it.
 */
import type { SocketType } from './values'

/** Names of the blobs of a stored value. Image, speech, pose and file have one: `data`. */
export const partName = {
  whole: 'data',
  /** Float32 samples of one channel of sound; a video carries its sound under the same names. */
  channel: (index: number): string => `channel${index}`,
  /** `[frames in chunk, height, width, 3]`, as differences from frame to frame. */
  videoChunk: (index: number): string => `${index}`,
  /** `[frames in chunk, height, width]` of the region at `region` in the value's list. */
  maskChunk: (region: number, index: number): string => `${region}.${index}`,
}

/** Whether the blobs of a type are brotli; a video's sound never is. */
export const isCompressed = (type: SocketType): boolean =>
  type === 'image' || type === 'mask' || type === 'video'

/** Each frame after the first minus the one before it (mod 256): still backgrounds become zeros. */
export function frameDifferences(bytes: Uint8Array, frameBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  out.set(bytes.subarray(0, frameBytes))
  let i = frameBytes
  if (frameBytes % 4 === 0 && bytes.byteOffset % 4 === 0) {
    // Four bytes at a time: the top bit of each is kept out of the way of borrows and put right afterwards.
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    const to = new Uint32Array(out.buffer, 0, bytes.length >> 2)
    const step = frameBytes >> 2
    for (let w = step; w < to.length; w++) {
      const a = from[w]
      const b = from[w - step]
      to[w] = ((a | 0x80808080) - (b & 0x7f7f7f7f)) ^ ((a ^ ~b) & 0x80808080)
    }
    i = to.length << 2
  }
  for (; i < bytes.length; i++) out[i] = bytes[i] - bytes[i - frameBytes]
  return out
}

/** The frames behind `frameDifferences`, in place. */
export function integrateFrames(bytes: Uint8Array, frameBytes: number): Uint8Array {
  let i = frameBytes
  if (frameBytes % 4 === 0 && bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
    const step = frameBytes >> 2
    for (let w = step; w < words.length; w++) {
      const a = words[w]
      const b = words[w - step]
      words[w] = ((a & 0x7f7f7f7f) + (b & 0x7f7f7f7f)) ^ ((a ^ b) & 0x80808080)
    }
    i = words.length << 2
  }
  for (; i < bytes.length; i++) bytes[i] += bytes[i - frameBytes]
  return bytes
}
