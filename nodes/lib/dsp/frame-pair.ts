import { fftPlan } from './fft'

/**
 * Spectra of two neighbouring frames of a real signal from one complex transform: the first frame travels as its real
 * part, the second as its imaginary part.
 *
 * Frame t is centred on sample `t · hop`; the signal is 0 outside its ends. A frame that holds only zeros has a
 * spectrum of exact zeros, also beside a loud one.
 */
export class FramePair {
  /** Transform of both frames together, interleaved; see `power` and `spectrum` for taking it apart. */
  private readonly out: Float64Array
  private readonly block: Float64Array
  private firstSilent = true
  private secondSilent = true

  constructor(
    private readonly samples: Float32Array,
    private readonly hop: number,
    readonly size: number,
    /** `[size]`; without it the window is rectangular. */
    private readonly window?: Float64Array,
  ) {
    this.out = new Float64Array(2 * size)
    this.block = new Float64Array(2 * size)
  }

  /** Transforms frames `frame` and `frame + 1`. */
  load(frame: number): void {
    this.firstSilent = this.fill(0, frame)
    this.secondSilent = this.fill(1, frame + 1)
    fftPlan(this.size).transform(this.out, this.block)
  }

  /** `|X[k]|²` of both frames for k = 0 … size / 2. */
  power(first: Float64Array, second: Float64Array): void {
    const { out, size } = this
    for (let k = 0; k <= size / 2; k++) {
      const mirror = k === 0 ? 0 : 2 * (size - k)
      const sumRe = out[2 * k] + out[mirror]
      const differenceRe = out[2 * k] - out[mirror]
      const sumIm = out[2 * k + 1] + out[mirror + 1]
      const differenceIm = out[2 * k + 1] - out[mirror + 1]
      first[k] = (sumRe * sumRe + differenceIm * differenceIm) / 4
      second[k] = (sumIm * sumIm + differenceRe * differenceRe) / 4
    }
    if (this.firstSilent) first.fill(0)
    if (this.secondSilent) second.fill(0)
  }

  /** X[k] of both frames for k = `from` … `until` − 1 (at most size / 2), interleaved at 2k. */
  spectrum(first: Float64Array, second: Float64Array, from: number, until: number): void {
    const { out, size } = this
    for (let k = from; k < until; k++) {
      const mirror = k === 0 ? 0 : 2 * (size - k)
      first[2 * k] = (out[2 * k] + out[mirror]) / 2
      first[2 * k + 1] = (out[2 * k + 1] - out[mirror + 1]) / 2
      second[2 * k] = (out[2 * k + 1] + out[mirror + 1]) / 2
      second[2 * k + 1] = (out[mirror] - out[2 * k]) / 2
    }
    if (this.firstSilent) first.fill(0)
    if (this.secondSilent) second.fill(0)
  }

  /** @returns whether the frame holds only zeros. */
  private fill(part: number, frame: number): boolean {
    const { samples, block, window, size } = this
    let silent = true
    let n = frame * this.hop - size / 2
    for (let i = 0; i < size; i++, n++) {
      const x = n >= 0 && n < samples.length ? samples[n] : 0
      if (x !== 0) silent = false
      block[2 * i + part] = window ? x * window[i] : x
    }
    return silent
  }
}

/** Frames of a centred analysis of `samples` samples: one per hop, and one more at or before the end. */
export const frameCount = (samples: number, hop: number): number => 1 + Math.floor(samples / hop)
