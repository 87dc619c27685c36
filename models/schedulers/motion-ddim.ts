import { ModelError } from '../errors'
import type { NoiseSource } from './seeded-noise'

/** Diffusion steps in training. */
const TRAINED_STEPS = 1000

/** The part of a signal's power that is left (ᾱ) after every step, float32. Source: reference/stage1.md, section 5. */
export interface CosineSchedule {
  /** Noise that each step adds. */
  betas: Float32Array
  alphasCumprod: Float32Array
}

/** Nichol and Dhariwal's cosine schedule ("Improved denoising diffusion probabilistic models", 2021), s = 0.008. */
export function cosineSchedule(steps = TRAINED_STEPS): CosineSchedule {
  const s = 0.008
  const left = Array.from(
    { length: steps + 1 },
    (_, i) => Math.cos(((i / steps + s) / (1 + s)) * (Math.PI / 2)) ** 2,
  )
  const betas = Float32Array.from({ length: steps }, (_, i) =>
    Math.min(0.999, Math.max(0, 1 - left[i + 1] / left[i])),
  )
  let product = 1 // float64 as in PyTorch's product; every bit of the table is the original's
  const alphasCumprod = betas.map((beta) => (product *= Math.fround(1 - beta)))
  return { betas, alphasCumprod }
}

/** From time `t` to `next` (-1 is the end), and what is taken of what there. */
export interface MotionStep {
  t: number
  next: number
  /** ᾱ at both times; 1 at the end. */
  alpha: number
  alphaNext: number
  /** Of fresh noise. */
  sigma: number
  /** Of the noise that was in x. */
  noiseScale: number
}

/**
 * Steps of a DDIM sampler (Song et al., 2021) from the last time, evenly spaced down to -1.
 * @param eta 1 draws fresh noise in every step, 0 none
 */
export function motionSteps(count = 50, eta = 1, { alphasCumprod } = cosineSchedule()): MotionStep[] {
  const last = alphasCumprod.length - 1
  const times = Array.from({ length: count + 1 }, (_, i) => Math.trunc(spaced(last, -1, count, i)))
  return times.slice(0, -1).map((t, i) => {
    const next = times[i + 1]
    const [alpha, alphaNext] = [alphasCumprod[t], next < 0 ? 1 : alphasCumprod[next]]
    return { t, next, alpha, alphaNext, ...noiseShares(alpha, alphaNext, eta) }
  })
}

/**
 * In float32 after every operation, as the original: what remains of 1 in the first step has two digits there.
 */
function noiseShares(
  alpha: number,
  alphaNext: number,
  eta: number,
): Pick<MotionStep, 'sigma' | 'noiseScale'> {
  const f = Math.fround
  const lost = f(1 - f(alpha / alphaNext))
  const sigma = f(eta * f(Math.sqrt(f(f(lost * f(1 - alphaNext)) / f(1 - alpha)))))
  const noiseScale = f(Math.sqrt(Math.max(0, f(f(1 - alphaNext) - f(sigma ** 2)))))
  return { sigma, noiseScale }
}

/** `count` equal steps from `from` to `to`, counted from the nearer end, so that whole numbers are met. */
const spaced = (from: number, to: number, count: number, i: number) =>
  2 * i < count ? from + ((to - from) * i) / count : to - ((to - from) * (count - i)) / count

/**
 * One step. x and the predicted clean motion x0 have the same size; x0 is clipped to -1…1 as in training.
 * @param fresh standard normal numbers, of which the last step needs none
 * @returns x at the next time
 */
export function motionStep(
  x: Float32Array,
  x0: Float32Array,
  step: MotionStep,
  fresh?: Float32Array,
): Float32Array {
  const { next, alpha, alphaNext, sigma, noiseScale } = step
  const clean = x0.map((value) => Math.min(1, Math.max(-1, value)))
  if (next < 0) return clean
  if (!fresh) throw new ModelError('network/noise', `The step from ${step.t} to ${next} needs fresh noise.`)
  const [root, spread, rootNext] = [Math.sqrt(alpha), Math.sqrt(1 / alpha - 1), Math.sqrt(alphaNext)]
  return clean.map((value, i) => {
    const noise = (x[i] / root - value) / spread
    return rootNext * value + noiseScale * noise + sigma * fresh[i]
  })
}

/**
 * Draws a motion of `size` numbers: from noise through all steps.
 * @param predict the clean motion for x at time t, with guidance
 */
export async function sampleMotion(
  size: number,
  predict: (x: Float32Array, t: number) => Promise<Float32Array>,
  noise: NoiseSource,
  steps: readonly MotionStep[] = motionSteps(),
): Promise<Float32Array> {
  let x = noise(size)
  for (const step of steps) {
    const x0 = await predict(x, step.t)
    x = motionStep(x, x0, step, step.next < 0 ? undefined : noise(size))
  }
  return x
}
