import FFT from 'fft.js'

/** A complex Fourier transform of fixed size; data are interleaved (re, im), `2 · size` values. */
export interface FftPlan {
  readonly size: number
  /** `out[k] = Σ data[n]·exp(−2πi·k·n/size)`; the arrays must differ. */
  transform(out: Float64Array, data: Float64Array): void
  /** The inverse, divided by `size`. */
  inverseTransform(out: Float64Array, data: Float64Array): void
}

const plans = new Map<number, FftPlan>()

/** The plan for `size` (a power of two, at least 2). Twiddle factors are made once per size and thread. */
export function fftPlan(size: number): FftPlan {
  let plan = plans.get(size)
  if (!plan) {
    plan = new FFT(size)
    plans.set(size, plan)
  }
  return plan
}
