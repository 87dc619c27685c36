import { BINS, FFT_SIZE } from './power-spectra'

/** Mel bands of the features. */
export const MEL_BANDS = 128

/**
 * 128 triangles from 0 to sampleRate / 2 on the Slaney mel scale, each of area 2 (in Hz), applied to power spectra of
 * `FFT_SIZE` points (stage 1 reference, section 2.1). A triangle is stored from its first to its last bin only.
 */
export class MelFilterBank {
  private readonly firstBin = new Int32Array(MEL_BANDS)
  private readonly weights: Float64Array[] = []

  constructor(sampleRate: number) {
    const edges = melSpacedEdges(sampleRate / 2)
    for (let band = 0; band < MEL_BANDS; band++) {
      const [low, peak, high] = edges.subarray(band, band + 3)
      const from = Math.max(0, Math.ceil((low * FFT_SIZE) / sampleRate))
      const to = Math.min(BINS - 1, Math.floor((high * FFT_SIZE) / sampleRate))
      const triangle = new Float64Array(Math.max(0, to - from + 1))
      for (let i = 0; i < triangle.length; i++) {
        const hz = ((from + i) * sampleRate) / FFT_SIZE
        const height = Math.min((hz - low) / (peak - low), (high - hz) / (high - peak))
        triangle[i] = (Math.max(0, height) * 2) / (high - low)
      }
      this.firstBin[band] = from
      this.weights.push(triangle)
    }
  }

  /** Writes the band powers of `power`, `[BINS]`, to `out[at … at + 127]`. */
  apply(power: Float64Array, out: Float32Array, at: number): void {
    for (let band = 0; band < MEL_BANDS; band++) {
      const weights = this.weights[band]
      const from = this.firstBin[band]
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i] * power[from + i]
      out[at + band] = sum
    }
  }
}

/** 130 frequencies in Hz, evenly spaced in mel from 0 to `highest`. */
function melSpacedEdges(highest: number): Float64Array {
  const top = hzToMel(highest)
  return Float64Array.from({ length: MEL_BANDS + 2 }, (_, i) => melToHz((top * i) / (MEL_BANDS + 1)))
}

// Slaney's Auditory Toolbox: linear below 1000 Hz (mel 15), logarithmic above with 27 mel per factor 6.4.
const LOG_STEP = Math.log(6.4) / 27
const hzToMel = (hz: number): number => (hz < 1000 ? (hz * 3) / 200 : 15 + Math.log(hz / 1000) / LOG_STEP)
const melToHz = (mel: number): number => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp((mel - 15) * LOG_STEP))
