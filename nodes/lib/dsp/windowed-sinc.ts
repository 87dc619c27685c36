export interface SincShape {
  /** Cut-off frequency as a fraction of the Nyquist frequency. */
  cutoff: number
  /** The sinc ends at ±halfLength samples. */
  halfLength: number
  /** Of the Kaiser window: more is less ripple and a wider transition. */
  beta: number
}

/**
 * Low-pass filter of unit DC gain as a function of the time t in samples:
 * `fc·sinc(fc·t)·I0(β·√(1 − (t/H)²))/I0(β)`, 0 for |t| ≥ H.
 */
export function kaiserWindowedSinc({ cutoff, halfLength, beta }: SincShape): (t: number) => number {
  const scale = cutoff / besselI0(beta)
  return (t) => {
    const x = t / halfLength
    if (x <= -1 || x >= 1) return 0
    const angle = Math.PI * cutoff * t
    const sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle
    return scale * sinc * besselI0(beta * Math.sqrt(1 - x * x))
  }
}

/** Modified Bessel function of order 0 by its power series; all terms are positive, so it loses no digits. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let term = 1
  let sum = 1
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}
