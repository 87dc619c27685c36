import { MixedFft } from '../signals/mixed-fft'

/** Sizes of the short-time transform of an MDX network. */
export interface SpectrumSizes {
  /** Samples of a frame. */
  fftSize: number
  hop: number
  /** Frequency bins that the network sees, from 0 Hz; at most fftSize / 2 + 1. */
  bins: number
  /** Frames that the network sees. */
  frames: number
}

/** Left and right, of equal length. */
export type Stereo = readonly [Float32Array, Float32Array]

/**
 * Stereo sound to the picture that an MDX network sees and back (stage1.md §11.1.4): a periodic Hann window, frames
 * centred on multiples of `hop`, the ends mirrored. Both channels go through one complex transform.
 */
export class MdxSpectrum {
  /** Samples of a chunk: the last frame is centred on its end. */
  readonly chunk: number
  readonly #fft: MixedFft
  readonly #window: Float64Array
  readonly #samples: Float64Array
  readonly #spectrum: Float64Array

  constructor(readonly sizes: SpectrumSizes) {
    const { fftSize, hop, frames } = sizes
    this.chunk = hop * (frames - 1)
    this.#fft = new MixedFft(fftSize)
    this.#window = Float64Array.from(
      { length: fftSize },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / fftSize),
    )
    this.#samples = new Float64Array(2 * fftSize)
    this.#spectrum = new Float64Array(2 * fftSize)
  }

  /** `[4, bins, frames]` of a chunk: left re, left im, right re, right im. */
  analyse([left, right]: Stereo): Float32Array {
    const { fftSize, hop, bins, frames } = this.sizes
    const out = new Float32Array(4 * bins * frames)
    const plane = bins * frames
    for (let frame = 0; frame < frames; frame++) {
      for (let n = 0; n < fftSize; n++) {
        const at = mirrored(frame * hop + n - fftSize / 2, this.chunk)
        this.#samples[2 * n] = left[at] * this.#window[n]
        this.#samples[2 * n + 1] = right[at] * this.#window[n]
      }
      this.#fft.transform(this.#spectrum, this.#samples)
      for (let bin = 0; bin < bins; bin++) {
        const [a, b] = [2 * bin, 2 * ((fftSize - bin) % fftSize)]
        const [re, im, mirroredRe, mirroredIm] = [
          this.#spectrum[a],
          this.#spectrum[a + 1],
          this.#spectrum[b],
          this.#spectrum[b + 1],
        ]
        const at = bin * frames + frame
        out[at] = (re + mirroredRe) / 2
        out[plane + at] = (im - mirroredIm) / 2
        out[2 * plane + at] = (im + mirroredIm) / 2
        out[3 * plane + at] = (mirroredRe - re) / 2
      }
    }
    return out
  }

  /** The chunk whose spectrum comes nearest to `[4, bins, frames]`; bins that the network does not see are silent. */
  synthesise(spectrum: Float32Array): Stereo {
    const { fftSize, hop, frames } = this.sizes
    const half = fftSize / 2
    const length = this.chunk + fftSize
    const sums = [new Float64Array(length), new Float64Array(length)]
    const weights = new Float64Array(length)
    for (let frame = 0; frame < frames; frame++) {
      this.#loadFrame(spectrum, frame)
      this.#fft.inverseTransform(this.#samples, this.#spectrum)
      for (let n = 0, at = frame * hop; n < fftSize; n++, at++) {
        const window = this.#window[n]
        sums[0][at] += window * this.#samples[2 * n]
        sums[1][at] += window * this.#samples[2 * n + 1]
        weights[at] += window * window
      }
    }
    const chunk = (sum: Float64Array) =>
      Float32Array.from({ length: this.chunk }, (_, i) => sum[half + i] / weights[half + i])
    return [chunk(sums[0]), chunk(sums[1])]
  }

  /** left + i · right of one frame, with the negative frequencies that real sound has. */
  #loadFrame(spectrum: Float32Array, frame: number): void {
    const { fftSize, bins, frames } = this.sizes
    const plane = bins * frames
    this.#spectrum.fill(0)
    for (let bin = 0; bin < bins; bin++) {
      const at = bin * frames + frame
      const [leftRe, rightRe] = [spectrum[at], spectrum[2 * plane + at]]
      // Sound has no phase at 0 Hz and at half the rate.
      const real = bin === 0 || 2 * bin === fftSize
      const [leftIm, rightIm] = real ? [0, 0] : [spectrum[plane + at], spectrum[3 * plane + at]]
      this.#spectrum[2 * bin] = leftRe - rightIm
      this.#spectrum[2 * bin + 1] = leftIm + rightRe
      if (real) continue
      this.#spectrum[2 * (fftSize - bin)] = leftRe + rightIm
      this.#spectrum[2 * (fftSize - bin) + 1] = rightRe - leftIm
    }
  }
}

/** Beyond an end the signal runs backwards; the end itself is not repeated. */
function mirrored(index: number, length: number): number {
  if (index < 0) return Math.min(-index, length - 1)
  return index < length ? index : Math.max(0, 2 * (length - 1) - index)
}
