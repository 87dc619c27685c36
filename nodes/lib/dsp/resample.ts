import { checkFinite, checkSampleRate } from './check-samples'
import { dropPreRinging } from './drop-pre-ringing'
import { FractionalResampler } from './fractional-resampler'
import { keepRecent } from './keep-recent'
import { PolyphaseFilter } from './polyphase-filter'
import { type ResamplingFilter, resamplingFilter } from './resampling-filter'
import { runSteps, runStepsAsync, type StepOptions, type Steps } from './run-steps'

/**
 * `samples` (mono, at `from` Hz) at `to` Hz; `⌈n·to/from⌉` samples, output 0 at the time of input 0, no clipping.
 * Kaiser-windowed sinc with a pass band to 0.914 of the lower Nyquist frequency (stage 1 reference, section 1.2).
 * Equal rates return `samples` itself, without a copy.
 * @throws StudioError `audio/sample-rate`, `audio/not-finite`
 */
export function resample(
  samples: Float32Array,
  from: number,
  to: number,
  opts: StepOptions = {},
): Float32Array {
  return runSteps(resampleSteps(samples, from, to), opts)
}

/** `resample` that leaves the thread to others every few milliseconds. */
export function resampleAsync(
  samples: Float32Array,
  from: number,
  to: number,
  opts: StepOptions = {},
): Promise<Float32Array> {
  return runStepsAsync(resampleSteps(samples, from, to), opts)
}

/** `resample` as a part of longer work. */
export function* resampleSteps(samples: Float32Array, from: number, to: number): Steps<Float32Array> {
  checkSampleRate(from)
  checkSampleRate(to)
  checkFinite(samples, from)
  const divisor = greatestCommonDivisor(from, to)
  return yield* resampleByRatio(samples, to / divisor, from / divisor)
}

/** Number of samples after resampling; exact, whatever the rates. */
export const resampledLength = (samples: number, from: number, to: number): number =>
  Math.ceil((samples * to) / from)

/** What takes one ratio to another, tables made. */
interface Resampler {
  filter: ResamplingFilter
  steps: PolyphaseFilter | FractionalResampler
}

const recentResamplers = keepRecent<Resampler>(8)

/**
 * `up` output samples for every `down` input samples (coprime integers).
 * Ratios of small numbers have few phases and go through the polyphase filter at once.
 */
export function* resampleByRatio(samples: Float32Array, up: number, down: number): Steps<Float32Array> {
  if (up === down) return samples
  const out = new Float32Array(resampledLength(samples.length, down, up))
  if (out.length === 0) return out
  const { filter, steps } = recentResamplers(`${up}:${down}`, () => makeResampler(up, down))
  yield* steps.run(samples, out)
  if (filter.twoSteps) dropPreRinging(samples, out, filter, up, down)
  return out
}

function makeResampler(up: number, down: number): Resampler {
  const filter = resamplingFilter(up, down)
  const steps =
    up + down <= 64 ? new PolyphaseFilter(up, down, filter) : new FractionalResampler(up, down, filter)
  return { filter, steps }
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
