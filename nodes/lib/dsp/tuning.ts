import { median } from './order-statistics'
import { BINS, FFT_SIZE } from './power-spectra'

/** Steps of the constant-Q transform per octave; a third of a semitone each. */
export const BINS_PER_OCTAVE = 36

const LOWEST_HZ = 150
const HIGHEST_HZ = 4000
/** A0, from which distances are counted. */
const A0_HZ = 27.5
const HISTOGRAM_BINS = 100

/**
 * Collects spectral peaks frame by frame and tells by which part of a third of a semitone the music or voice lies off
 * concert pitch (stage 1 reference, section 2.7).
 */
export class TuningEstimator {
  private pitches = new Float64Array(1024)
  private strengths = new Float64Array(1024)
  private count = 0

  constructor(private readonly sampleRate: number) {}

  /** Takes the peaks of one power spectrum, `[BINS]`: above a tenth of the largest magnitude, 150 to 4000 Hz. */
  add(power: Float64Array): void {
    let largest = 0
    for (let k = 0; k < BINS; k++) if (power[k] > largest) largest = power[k]
    const threshold = 0.01 * largest // of powers: 0.1 of magnitudes
    const from = Math.max(1, Math.ceil((LOWEST_HZ * FFT_SIZE) / this.sampleRate))
    const until = Math.min(BINS - 1, Math.ceil((HIGHEST_HZ * FFT_SIZE) / this.sampleRate))
    for (let k = from; k < until; k++) {
      if (power[k] > threshold && power[k] > power[k - 1] && power[k] >= power[k + 1]) this.addPeak(power, k)
    }
  }

  /**
   * @returns the fullest hundredth of the histogram of residues, its left edge, −0.5 … 0.49 of a third of a semitone;
   * 0 without any peak
   */
  estimate(): number {
    if (this.count === 0) return 0
    const strong = median(this.strengths.subarray(0, this.count))
    const histogram = new Uint32Array(HISTOGRAM_BINS)
    for (let i = 0; i < this.count; i++) {
      if (this.strengths[i] < strong) continue
      const steps = BINS_PER_OCTAVE * Math.log2(this.pitches[i] / A0_HZ)
      let residue = steps - Math.floor(steps)
      if (residue >= 0.5) residue -= 1
      histogram[Math.min(HISTOGRAM_BINS - 1, Math.floor((residue + 0.5) * HISTOGRAM_BINS))]++
    }
    const fullest = histogram.indexOf(histogram.reduce((a, b) => Math.max(a, b), 0))
    return -0.5 + fullest / HISTOGRAM_BINS
  }

  /** Refines the peak at bin `k` with a parabola through the magnitudes around it. */
  private addPeak(power: Float64Array, k: number): void {
    const left = Math.sqrt(power[k - 1])
    const middle = Math.sqrt(power[k])
    const right = Math.sqrt(power[k + 1])
    const curvature = left + right - 2 * middle
    const slope = (right - left) / 2
    const shift = Math.abs(slope) < Math.abs(curvature) ? -slope / curvature : 0
    if (this.count === this.pitches.length) this.grow()
    this.pitches[this.count] = ((k + shift) * this.sampleRate) / FFT_SIZE
    this.strengths[this.count] = middle + 0.5 * slope * shift
    this.count++
  }

  private grow(): void {
    const pitches = new Float64Array(2 * this.count)
    const strengths = new Float64Array(2 * this.count)
    pitches.set(this.pitches)
    strengths.set(this.strengths)
    this.pitches = pitches
    this.strengths = strengths
  }
}
