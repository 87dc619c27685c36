export interface NoiseScheduleOptions {
  /** Of the noise that the first and the last training step add. */
  betaStart: number
  betaEnd: number
  /** What grows evenly between them: β itself, or its root. */
  curve: 'linear' | 'scaled_linear'
  /** Shifts √ᾱ so that nothing of the picture is left in the last step (Lin et al., 2023). */
  zeroTerminalSnr: boolean
}

/** What MMGT samples with; it was trained with `scaled_linear` (stage2.md §12 and §17.19). */
export const MMGT_NOISE: NoiseScheduleOptions = {
  betaStart: 0.00085,
  betaEnd: 0.012,
  curve: 'linear',
  zeroTerminalSnr: true,
}

/**
 * Share of the picture's power that is left after each training step (ᾱ), in float64: the original's float32 table
 * differs by 4e-7 at most. Source: stage2.md §12.
 */
export function alphasCumprod(options: NoiseScheduleOptions = MMGT_NOISE, steps = 1000): Float64Array {
  const { betaStart, betaEnd, curve, zeroTerminalSnr } = options
  const bend = curve === 'linear' ? 1 : 2
  const [first, last] = [betaStart ** (1 / bend), betaEnd ** (1 / bend)]
  let product = 1
  const left = Float64Array.from({ length: steps }, (_, i) => {
    product *= 1 - (first + ((last - first) * i) / (steps - 1)) ** bend
    return product
  })
  return zeroTerminalSnr ? withoutRemainder(left) : left
}

/** √ᾱ moved to 0 at the end and stretched so that its start stays. */
function withoutRemainder(alphas: Float64Array): Float64Array {
  const roots = alphas.map(Math.sqrt)
  const [start, end] = [roots[0], roots[roots.length - 1]]
  return roots.map((root) => (((root - end) * start) / (start - end)) ** 2)
}
