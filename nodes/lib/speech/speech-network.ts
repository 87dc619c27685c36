import type { Network, NetworkTensor } from '../../../models/runtime/network'
import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'

/** Samples per second that the speech networks hear, and those of a video frame at 25 fps. */
export const SPEECH_RATE = 16_000
export const SAMPLES_PER_FRAME = SPEECH_RATE / 25

/** What a network says of a piece: `[frames, dims]`. */
export interface SpokenRows {
  rows: Float32Array
  dims: number
}

/** Video frames of a sound, and how many of them, from the first, are to be described. */
export interface HeardFrames {
  frames: number
  wanted: number
}

export const floats = (data: Float32Array, shape: readonly number[]): NetworkTensor => ({
  dtype: 'float32',
  shape,
  data,
})

/**
 * Runs a speech network over a piece of sound.
 * @param frames that it must give
 * @param more of its inputs
 * @throws StudioError `pack/weights` when it gives others, or values that are not numbers
 */
export async function hear(
  network: Network,
  wave: Float32Array,
  frames: number,
  signal: CancelSignal,
  more: Record<string, NetworkTensor> = {},
): Promise<SpokenRows> {
  const inputs = { wave: floats(wave, [1, wave.length]), ...more }
  const [{ shape, data }] = Object.values(await network.run(inputs, { signal }))
  const [, count, ...sizes] = shape
  if (count !== frames) {
    throw otherWeights(`The speech network gives ${count} rows for ${frames} video frames.`)
  }
  const rows = data as Float32Array
  if (rows.some((value) => !Number.isFinite(value))) {
    throw otherWeights('The speech network gives values that are not numbers.')
  }
  return { rows, dims: sizes.reduce((product, size) => product * size, 1) }
}

const otherWeights = (message: string) =>
  new StudioError('pack/weights', message, {
    hint: 'Its weights are damaged or another network’s: mmgt models verify looks at them.',
  })
