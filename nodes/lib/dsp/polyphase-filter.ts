import { fftPlan } from './fft'
import type { ResamplingFilter } from './resampling-filter'
import type { Steps } from './run-steps'

/**
 * Resamples by `up` / `down` with fast correlation (overlap-save).
 *
 * Output phase p of `up` is a sum over input phases j of `down` of short correlations,
 * `out[q·up + p] = Σ_j Σ_u g_pj[u]·in[(q + u)·down + j]`, so the work is `down` forward and `up` inverse transforms
 * per block and `up · down` products of spectra: meant for ratios of small numbers. Two blocks of the signal travel
 * as the real and imaginary part of one complex block: the kernels are real, so the parts never mix.
 *
 * Where the kernel sees only zeros the output is exactly 0, as in a plain sum, and not the rounding noise of a
 * transform: features of digital silence would otherwise be features of that noise.
 */
export class PolyphaseFilter {
  /** Groups computed by one step. */
  readonly groupsPerStep: number
  private readonly fftSize: number
  /** Input groups before the output group where the kernels begin (negative), and their length in groups. */
  private readonly first: number
  private readonly taps: number
  /** Conjugate spectrum of g_pj at index `p·down + j`, interleaved. */
  private readonly spectra: Float64Array[] = []

  constructor(
    readonly up: number,
    readonly down: number,
    filter: ResamplingFilter,
  ) {
    // Input (q + u)·down + j lies (q + p/up)·down − n from the output; |that| < reach bounds u for all p and j.
    this.first = Math.floor(-filter.reach / down) - 1
    this.taps = Math.ceil(filter.reach / down) + 1 - this.first + 1
    this.fftSize = Math.max(128, 2 ** Math.ceil(Math.log2(4 * this.taps)))
    this.groupsPerStep = 2 * (this.fftSize - this.taps + 1) // what lies beyond wraps around
    const fft = fftPlan(this.fftSize)
    const kernel = new Float64Array(2 * this.fftSize)
    for (let p = 0; p < up; p++) {
      for (let j = 0; j < down; j++) {
        for (let u = 0; u < this.taps; u++) {
          kernel[2 * u] = filter.at((p * down) / up - (this.first + u) * down - j)
        }
        const spectrum = new Float64Array(2 * this.fftSize)
        fft.transform(spectrum, kernel)
        for (let k = 1; k < spectrum.length; k += 2) spectrum[k] = -spectrum[k]
        this.spectra.push(spectrum)
      }
    }
  }

  /**
   * Fills `out` with the outputs from `firstGroup · up` on; a group is `up` outputs and may lie before the input,
   * which is 0 outside its ends.
   */
  *run(samples: Float32Array, out: Float32Array | Float64Array, firstGroup = 0): Steps<void> {
    const { up, down, fftSize, first, spectra } = this
    const fft = fftPlan(fftSize)
    const groups = this.groupsPerStep / 2
    const block = new Float64Array(2 * fftSize)
    const product = new Float64Array(2 * fftSize)
    const result = new Float64Array(2 * fftSize)
    const inputs = Array.from({ length: down }, () => new Float64Array(2 * fftSize))
    for (let at = 0; at < out.length; at += 2 * groups * up) {
      const group = firstGroup + at / up
      for (let j = 0; j < down; j++) {
        const start = (group + first) * down + j
        fillStrided(block, 0, samples, start, down)
        fillStrided(block, 1, samples, start + groups * down, down)
        fft.transform(inputs[j], block)
      }
      for (let p = 0; p < up; p++) {
        multiply(product, inputs[0], spectra[p * down])
        for (let j = 1; j < down; j++) multiplyAdd(product, inputs[j], spectra[p * down + j])
        fft.inverseTransform(result, product)
        scatter(out, result, 0, at + p, up, groups)
        scatter(out, result, 1, at + groups * up + p, up, groups)
      }
      const end = Math.min(out.length, at + 2 * groups * up)
      this.clearSilent(samples, out, firstGroup, at, end)
      yield end / out.length
    }
  }

  /** Zeros for the groups of `out` from `at` until `end` whose kernels see nothing. */
  private clearSilent(
    samples: Float32Array,
    out: Float32Array | Float64Array,
    firstGroup: number,
    at: number,
    end: number,
  ): void {
    const { up, down, first, taps } = this
    let sounding = 0 // the first sample that is not 0, at or after the start of the kernel
    for (let group = at; group < end; group += up) {
      const start = (firstGroup + group / up + first) * down
      sounding = Math.max(sounding, start)
      const stop = Math.min(samples.length, start + taps * down)
      while (sounding < stop && samples[sounding] === 0) sounding++
      if (sounding >= stop) out.fill(0, group, Math.min(end, group + up))
    }
  }
}

/** Every `stride`-th sample from `start` into the real (`part` 0) or imaginary (1) parts of `block`. */
function fillStrided(
  block: Float64Array,
  part: number,
  samples: Float32Array,
  start: number,
  stride: number,
): void {
  for (let i = part, n = start; i < block.length; i += 2, n += stride) {
    block[i] = n >= 0 && n < samples.length ? samples[n] : 0
  }
}

function multiply(out: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let k = 0; k < out.length; k += 2) {
    out[k] = a[k] * b[k] - a[k + 1] * b[k + 1]
    out[k + 1] = a[k] * b[k + 1] + a[k + 1] * b[k]
  }
}

function multiplyAdd(out: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let k = 0; k < out.length; k += 2) {
    out[k] += a[k] * b[k] - a[k + 1] * b[k + 1]
    out[k + 1] += a[k] * b[k + 1] + a[k + 1] * b[k]
  }
}

/** The first `count` real or imaginary parts of `result` to every `stride`-th output from `start`. */
function scatter(
  out: Float32Array | Float64Array,
  result: Float64Array,
  part: number,
  start: number,
  stride: number,
  count: number,
): void {
  for (let i = 0, m = start; i < count && m < out.length; i++, m += stride) out[m] = result[2 * i + part]
}
