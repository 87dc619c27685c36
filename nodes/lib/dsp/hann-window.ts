/** Periodic Hann window, `0.5 − 0.5·cos(2πn/length)`: one period of a raised cosine. */
export function periodicHann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length))
}

/** Symmetric Hann window: both ends are 0. */
export function symmetricHann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (length - 1)))
}
