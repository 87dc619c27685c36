/** Level at which centre and surround channels join a stereo mix: −3 dB (ITU-R BS.775). */
const SIDE = Math.SQRT1_2

/** Left and right weight of each channel, for the usual order of each channel count (that of WAV and of FFmpeg). */
const LAYOUTS: Record<number, [left: number, right: number][]> = {
  3: [
    [1, 0],
    [0, 1],
    [SIDE, SIDE],
  ], // L R C
  4: [
    [1, 0],
    [0, 1],
    [SIDE, 0],
    [0, SIDE],
  ], // L R back-L back-R
  5: [
    [1, 0],
    [0, 1],
    [SIDE, SIDE],
    [SIDE, 0],
    [0, SIDE],
  ], // L R C back-L back-R
  6: [
    [1, 0],
    [0, 1],
    [SIDE, SIDE],
    [0, 0],
    [SIDE, 0],
    [0, SIDE],
  ], // L R C LFE back-L back-R
  7: [
    [1, 0],
    [0, 1],
    [SIDE, SIDE],
    [0, 0],
    [0.5, 0.5],
    [SIDE, 0],
    [0, SIDE],
  ], // L R C LFE back-C side-L side-R
  8: [
    [1, 0],
    [0, 1],
    [SIDE, SIDE],
    [0, 0],
    [SIDE, 0],
    [0, SIDE],
    [SIDE, 0],
    [0, SIDE],
  ], // + back and side pairs
}

/**
 * Weights that mix `channelCount` ≥ 3 channels to stereo, `[channelCount][left, right]`. Each side sums to 1, so a mix
 * never exceeds full scale when its channels do not. The low-frequency channel is left out, as BS.775 does. Counts
 * without a usual order are taken as left, right, left, right, …
 */
export function stereoWeights(channelCount: number): [left: number, right: number][] {
  const raw =
    LAYOUTS[channelCount] ??
    Array.from({ length: channelCount }, (_, i): [number, number] => (i % 2 === 0 ? [1, 0] : [0, 1]))
  const sums = [0, 1].map((side) => raw.reduce((sum, weights) => sum + weights[side], 0))
  return raw.map(([left, right]) => [left / sums[0], right / sums[1]])
}

/** Mixes three or more channels of equal length to stereo; the inputs are not changed. */
export function mixToStereo(channels: readonly Float32Array[]): [Float32Array, Float32Array] {
  const length = channels[0].length
  const mixed: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)]
  const weights = stereoWeights(channels.length)
  for (let side = 0; side < 2; side++) {
    const out = mixed[side]
    channels.forEach((channel, c) => {
      const weight = weights[c][side]
      if (weight === 0) return
      for (let i = 0; i < length; i++) out[i] += weight * channel[i]
    })
  }
  return mixed
}
