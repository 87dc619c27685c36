import type { ResamplingFilter } from './resampling-filter'
import { kaiserWindowedSinc } from './windowed-sinc'

/**
 * The short filter by which the reference's resampler reads its inner grid: cut-off relative to the grid's Nyquist
 * frequency, half length in grid steps. Found by fitting the first samples of its output for noise and speech at four
 * ratios, which it explains to 2–10 %.
 */
const INNER_HALF_LENGTH = 6
const innerFilter = kaiserWindowedSinc({ cutoff: 0.9, halfLength: INNER_HALF_LENGTH, beta: 11 })

/**
 * Takes back what a linear-phase filter rings before the first input sample.
 *
 * The reference resamples by uneven ratios in two steps, over an inner grid 2 to 4 times as fine as the lower rate.
 * That grid starts with the input, so the ringing that belongs before it never reaches the first outputs: they differ
 * by up to 0.5 % from the filter's own. A clip cut out of running speech starts inside a sound, and there this is a
 * whole unit in some cepstral coefficients of its first frame; the published networks saw it in every clip.
 * @param out the resampled clip, corrected in place; only the first few samples change
 */
export function dropPreRinging(
  samples: Float32Array,
  out: Float32Array,
  filter: ResamplingFilter,
  up: number,
  down: number,
): void {
  const lowerRate = Math.min(1, up / down) // in samples per input sample, like everything here
  const gridStep = 1 / 2 ** Math.ceil(Math.log2(2 * lowerRate))
  const ringing = Float64Array.from({ length: INNER_HALF_LENGTH }, (_, i) =>
    filteredAt(samples, filter, -(i + 1) * gridStep),
  )
  for (let m = 0; m < out.length; m++) {
    const position = (m * down) / up / gridStep
    if (position >= INNER_HALF_LENGTH - 1) return
    let sum = 0
    for (let i = 0; i < ringing.length; i++) sum += ringing[i] * innerFilter(position + i + 1)
    out[m] -= sum
  }
}

/** The filtered signal at one time before its start, in input samples. */
function filteredAt(samples: Float32Array, filter: ResamplingFilter, time: number): number {
  let sum = 0
  for (let n = 0; n < samples.length && n < time + filter.reach; n++) sum += samples[n] * filter.at(time - n)
  return sum
}
