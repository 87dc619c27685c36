import { ModelError } from '../errors'

/** From noise to a picture in a few steps. It keeps what it needs of earlier steps: one sampler is one run. */
export interface Sampler {
  /** Training steps at which the network is asked, noisiest first. */
  readonly times: readonly number[]
  /**
   * @param index of `times`; a run that goes on from a checkpoint may begin anywhere, with its `memory`
   * @param x noisy latents at that time
   * @param output what the network says of them
   * @returns the latents of the next time
   */
  step(index: number, x: Float32Array, output: Float32Array): Float32Array
  /** What it keeps of the steps so far, and taking it back; of samplers that keep something. */
  memory?: { read(): Float64Array | undefined; restore(index: number, kept: Float64Array): void }
}

/** What a network says: the velocity √ᾱ ε - √(1-ᾱ) x₀, or the noise ε. */
export type Prediction = 'velocity' | 'noise'

export interface SamplerOptions {
  /** Of the training steps: `alphasCumprod`. */
  alphas: Float64Array
  /** 1 to as many as there were in training. */
  steps: number
  prediction: Prediction
  /** Where the times lie: the last of each stretch, or the first, moved by one. */
  spacing: 'trailing' | 'leading'
}

/** The times of a sampler (stage2.md §12). */
export function samplingTimes({ alphas, steps, spacing }: SamplerOptions): number[] {
  const trained = alphas.length
  if (!Number.isInteger(steps) || steps < 1 || steps > trained) {
    throw new ModelError('network/steps', `${steps} steps of ${trained}.`, {
      hint: `Take a whole number from 1 to ${trained}.`,
    })
  }
  const stretch = Math.floor(trained / steps)
  // As NumPy's arange counts: by the difference of its first two numbers, so that halves are rounded as there.
  const down = trained - (trained - trained / steps)
  return Array.from({ length: steps }, (_, k) =>
    // The original's count has a 62nd time, -1, for 61 steps; here there are as many as asked for.
    spacing === 'trailing' ? roundHalfEven(trained - k * down) - 1 : (steps - 1 - k) * stretch + 1,
  )
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Clean latents x₀ that the network's output means, for x at a time with ᾱ = `alpha`. */
export function cleanOf(
  x: Float32Array,
  output: Float32Array,
  alpha: number,
  prediction: Prediction,
): Float64Array {
  const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
  const clean = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) clean[i] = cleanAt(x[i], output[i], signal, noise, prediction)
  return clean
}

/** One number of them: `signal` √ᾱ, `noise` √(1-ᾱ). */
export const cleanAt = (
  x: number,
  output: number,
  signal: number,
  noise: number,
  prediction: Prediction,
): number => (prediction === 'velocity' ? signal * x - noise * output : (x - noise * output) / signal)
