/**
 * Zero-phase filtering with an odd symmetric kernel; beyond both ends the first and last value are repeated.
 *
 * @param values `[n]`, any unit
 * @param kernel `[2 r + 1]`, symmetric, sum 1
 * @returns a new array `[n]`
 */
export function filterZeroPhase(values: Float64Array, kernel: Float64Array): Float64Array {
  const n = values.length
  const reach = (kernel.length - 1) / 2
  const out = new Float64Array(n)
  if (n === 0) return out
  const last = n - 1
  for (let i = 0; i < n; i++) {
    let sum = kernel[reach] * values[i]
    if (i >= reach && i + reach <= last) {
      for (let k = 1; k <= reach; k++) sum += kernel[reach + k] * (values[i - k] + values[i + k])
    } else {
      for (let k = 1; k <= reach; k++) {
        sum += kernel[reach + k] * (values[Math.max(0, i - k)] + values[Math.min(last, i + k)])
      }
    }
    out[i] = sum
  }
  return out
}

/** Gaussian kernel `[2 r + 1]` of standard deviation `sigma` (in samples), cut at 4 σ, sum 1. */
export function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(4 * sigma))
  return normalised(
    Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2)),
  )
}

/**
 * Low-pass kernel: sinc × Kaiser window, sum 1.
 *
 * @param cutoff −6 dB point as a share of the sample rate, 0…0.5
 * @param taps odd length
 * @param beta of the Kaiser window; 5 gives about 53 dB
 */
export function lowPassKernel(cutoff: number, taps: number, beta: number): Float64Array {
  const reach = (taps - 1) / 2
  return normalised(
    Float64Array.from({ length: taps }, (_, i) => {
      const t = i - reach
      const x = 2 * cutoff * t
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      return sinc * besselI0(beta * Math.sqrt(Math.max(0, 1 - (t / (reach + 1)) ** 2)))
    }),
  )
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

function normalised(kernel: Float64Array): Float64Array {
  let sum = 0
  for (const tap of kernel) sum += tap
  return kernel.map((tap) => tap / sum)
}

/** Median of each value and its neighbours, `width` (odd) in all; the window shrinks evenly at the ends. */
export function medianFilter(values: Float64Array, width: number): Float64Array {
  const n = values.length
  return values.map((_, i) => {
    const reach = Math.min((width - 1) / 2, i, n - 1 - i)
    return values.slice(i - reach, i + reach + 1).sort()[reach]
  })
}
