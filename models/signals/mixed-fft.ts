import FFT from 'fft.js'

/**
 * Complex Fourier transform of any size; quick where all odd prime factors are small, such as 7680 = 2⁹ · 3 · 5. Data
 * are interleaved (re, im), `2 · size` values.
 */
export class MixedFft {
  /** Odd prime factors, which are split off first. */
  readonly #factors: number[]
  /** Transform of what is left, a power of two; none when that is 1. */
  readonly #base: { transform(out: Float64Array, data: Float64Array): void } | undefined
  readonly #gathered: Float64Array
  /** exp(−2πi·j/size) for j = 0 … size − 1, interleaved. */
  readonly #turns: Float64Array
  readonly #terms: Float64Array
  readonly #swapped: Float64Array

  constructor(readonly size: number) {
    this.#factors = oddFactors(size)
    const base = size / this.#factors.reduce((a, b) => a * b, 1)
    this.#base = base > 1 ? new FFT(base) : undefined
    this.#gathered = new Float64Array(2 * base)
    this.#turns = Float64Array.from({ length: 2 * size }, (_, i) => {
      const angle = (-2 * Math.PI * (i >> 1)) / size
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)
    })
    this.#terms = new Float64Array(2 * Math.max(1, ...this.#factors))
    this.#swapped = new Float64Array(2 * size)
  }

  /** `out[k] = Σ data[n]·exp(−2πi·k·n/size)`; the arrays must differ. */
  transform(out: Float64Array, data: Float64Array): void {
    this.#split(out, data, 0, 1, 0, this.size, 0)
  }

  /** The inverse, divided by `size`. */
  inverseTransform(out: Float64Array, data: Float64Array): void {
    // Real and imaginary parts in each other's place turn the one transform into the other.
    for (let i = 0; i < data.length; i += 2) {
      this.#swapped[i] = data[i + 1]
      this.#swapped[i + 1] = data[i]
    }
    this.transform(out, this.#swapped)
    for (let i = 0; i < out.length; i += 2) {
      const re = out[i + 1] / this.size
      out[i + 1] = out[i] / this.size
      out[i] = re
    }
  }

  /** Transforms data[start], data[start + stride], … (`n` numbers) into out[to] … out[to + n − 1]. */
  #split(
    out: Float64Array,
    data: Float64Array,
    start: number,
    stride: number,
    to: number,
    n: number,
    level: number,
  ): void {
    const factor = this.#factors[level]
    if (factor === undefined) return this.#transformBase(out, data, start, stride, to, n)
    const part = n / factor
    for (let r = 0; r < factor; r++)
      this.#split(out, data, start + r * stride, stride * factor, to + r * part, part, level + 1)
    this.#combine(out, to, part, factor)
  }

  #transformBase(
    out: Float64Array,
    data: Float64Array,
    start: number,
    stride: number,
    to: number,
    n: number,
  ) {
    const gathered = this.#base ? this.#gathered : out.subarray(2 * to)
    for (let i = 0; i < n; i++) {
      gathered[2 * i] = data[2 * (start + i * stride)]
      gathered[2 * i + 1] = data[2 * (start + i * stride) + 1]
    }
    this.#base?.transform(out.subarray(2 * to, 2 * (to + n)), gathered)
  }

  /** `factor` transforms of `part` numbers each, one behind the other, become one of factor · part. */
  #combine(out: Float64Array, to: number, part: number, factor: number): void {
    const turns = this.#turns
    const terms = this.#terms
    const step = this.size / (part * factor)
    const whole = 2 * this.size
    for (let k = 0; k < part; k++) {
      const first = 2 * (to + k)
      for (let r = 0; r < factor; r++) {
        const at = first + 2 * r * part
        const turn = 2 * r * k * step
        terms[2 * r] = out[at] * turns[turn] - out[at + 1] * turns[turn + 1]
        terms[2 * r + 1] = out[at] * turns[turn + 1] + out[at + 1] * turns[turn]
      }
      for (let q = 0; q < factor; q++) {
        const advance = (whole / factor) * q
        let re = terms[0]
        let im = terms[1]
        let turn = 0
        for (let r = 1; r < factor; r++) {
          turn += advance
          if (turn >= whole) turn -= whole
          re += terms[2 * r] * turns[turn] - terms[2 * r + 1] * turns[turn + 1]
          im += terms[2 * r] * turns[turn + 1] + terms[2 * r + 1] * turns[turn]
        }
        out[first + 2 * q * part] = re
        out[first + 2 * q * part + 1] = im
      }
    }
  }
}

function oddFactors(size: number): number[] {
  const factors: number[] = []
  let rest = size
  while (rest % 2 === 0) rest /= 2
  for (let factor = 3; rest > 1; factor += 2) {
    while (rest % factor === 0) {
      factors.push(factor)
      rest /= factor
    }
  }
  return factors
}
