/** Layouts of raw samples: little-endian integers (8 bit unsigned) or IEEE floats. */
export type PcmEncoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64'

export const PCM_BYTES: Record<PcmEncoding, number> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 }

/**
 * Turns raw samples into floats of full scale ±1: integers are divided by 2^(bits − 1), so 16-bit values are exact.
 *
 * @param bytes samples of one or more interleaved channels, little-endian
 * @param first index of the first sample to take, counted in samples from the start of `bytes`
 * @param stride distance between samples to take: the channel count for interleaved data, 1 for a plane
 * @param out receives `out.length` samples
 */
export function pcmToFloat(
  bytes: Uint8Array,
  encoding: PcmEncoding,
  first: number,
  stride: number,
  out: Float32Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const step = stride * PCM_BYTES[encoding]
  let at = first * PCM_BYTES[encoding]
  switch (encoding) {
    case 'u8':
      for (let i = 0; i < out.length; i++, at += step) out[i] = (bytes[at] - 128) / 128
      return
    case 's16':
      for (let i = 0; i < out.length; i++, at += step) out[i] = view.getInt16(at, true) / 32_768
      return
    case 's24':
      for (let i = 0; i < out.length; i++, at += step) {
        out[i] = ((bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) << 8) / 2_147_483_648
      }
      return
    case 's32':
      for (let i = 0; i < out.length; i++, at += step) out[i] = view.getInt32(at, true) / 2_147_483_648
      return
    case 'f32':
      for (let i = 0; i < out.length; i++, at += step) out[i] = view.getFloat32(at, true)
      return
    case 'f64':
      for (let i = 0; i < out.length; i++, at += step) out[i] = view.getFloat64(at, true)
      return
  }
}
