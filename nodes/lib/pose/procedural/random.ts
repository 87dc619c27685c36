/**
 * Counter-based random numbers: value `i` of a named stream depends on nothing but the seed, the name and `i`, so a
 * change in one stream (another gesture) never disturbs another (the blinks).
 */
export interface RandomStream {
  /** Even in [0, 1). `i` is any unsigned 32-bit integer. */
  uniform(i: number): number
  /** A bounded bell around 0: sum of three uniforms, standard deviation 1, within ±3. */
  bell(i: number): number
}

/** 32-bit FNV-1a of the UTF-8 bytes of `text`. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** A bijection of 32-bit integers that scatters neighbours (the "lowbias32" constants found by C. Wellons). */
export function mix(value: number): number {
  let x = value >>> 0
  x ^= x >>> 16
  x = Math.imul(x, 0x7feb352d)
  x ^= x >>> 15
  x = Math.imul(x, 0x846ca68b)
  x ^= x >>> 16
  return x >>> 0
}

export function randomStream(seed: number, name: string): RandomStream {
  const key = mix((seed ^ mix(fnv1a(name))) >>> 0)
  const uniform = (i: number) => mix((key ^ mix((i + 0x9e3779b9) >>> 0)) >>> 0) / 2 ** 32
  return {
    uniform,
    bell: (i) => 2 * (uniform(3 * i) + uniform(3 * i + 1) + uniform(3 * i + 2) - 1.5),
  }
}

const OCTAVES = 4
const PHASE_INDEX = 99_991

/**
 * 1/f noise of one channel over time, about ±1: octaves of value noise, each softer by 2^−0.7.
 *
 * @param lowest frequency of the first octave, Hz
 * @returns a function of seconds
 */
export function driftNoise(seed: number, name: string, lowest: number): (seconds: number) => number {
  const octaves = Array.from({ length: OCTAVES }, (_, o) => {
    const stream = randomStream(seed, `${name}/${o}`)
    return {
      stream,
      frequency: lowest * 2 ** o,
      amplitude: 2 ** (-0.7 * o),
      phase: stream.uniform(PHASE_INDEX),
      knot: Number.NaN,
      from: 0,
      to: 0,
    }
  })
  const power = octaves.reduce((sum, { amplitude }) => sum + amplitude * amplitude, 0)
  const scale = 1.6 / Math.sqrt(power)
  return (seconds) => {
    let sum = 0
    for (const octave of octaves) {
      const position = seconds * octave.frequency + octave.phase
      const knot = Math.floor(position)
      if (knot !== octave.knot) {
        octave.knot = knot
        octave.from = 2 * octave.stream.uniform(knot) - 1
        octave.to = 2 * octave.stream.uniform(knot + 1) - 1
      }
      sum += octave.amplitude * (octave.from + (octave.to - octave.from) * minimumJerk(position - knot))
    }
    return sum * scale
  }
}

/** Minimum-jerk progress (Flash and Hogan 1985): 0 → 1 with no speed and acceleration at both ends; clamped. */
export function minimumJerk(x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  return x * x * x * (10 + x * (6 * x - 15))
}
