import { describe, expect, it } from 'vitest'
import {
  convertFloats,
  type FloatType,
  floatBitsOfHalf,
  halfOfFloatBits,
  halfOfNumber,
} from '../../../models/weights/float-conversion'
import type { TensorType } from '../../../models/weights/tensor'
import { random } from '../../support/random-bytes'

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)
const floatOf = (bits: number): number => {
  floatBits[0] = bits
  return float[0]!
}
const bitsOf = (value: number): number => {
  float[0] = value
  return floatBits[0]!
}
const isNan = (half: number) => (half & 0x7fff) > 0x7c00

/** What a float16 is, by its definition. */
function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 31
  const mantissa = half & 0x3ff
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25))
}

/** Round to nearest, ties to even, by search in the ordered list of all float16; 65520 and more are infinite. */
function nearestHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= 65_520) return sign | 0x7c00
  let low = 0
  let high = 0x7bff
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (valueOfHalf(middle) <= size) low = middle
    else high = middle - 1
  }
  const below = size - valueOfHalf(low)
  const above = (low === 0x7bff ? 65_536 : valueOfHalf(low + 1)) - size
  return sign | (above < below || (above === below && (low & 1) === 1) ? low + 1 : low)
}

describe('floats of another width', () => {
  it('all 65,536 float16 become the float32 of their value, and come back', () => {
    for (let half = 0; half < 65_536; half++) {
      const bits = floatBitsOfHalf(half)
      const value = valueOfHalf(half)
      if (!Object.is(floatOf(bits), value)) throw new Error(`0x${half.toString(16)} became ${floatOf(bits)}`)
      const back = halfOfFloatBits(bits)
      if (isNan(half) ? !isNan(back) : back !== half)
        throw new Error(`0x${half.toString(16)} came back as 0x${back.toString(16)}`)
    }
  })

  it('float32 become the nearest float16: at every step, half a step, and beside it', () => {
    for (let half = 0; half < 0x7c00; half++) {
      const value = valueOfHalf(half)
      const next = half === 0x7bff ? 65_536 : valueOfHalf(half + 1)
      const middle = bitsOf((value + next) / 2)
      for (const bits32 of [bitsOf(value), middle - 1, middle, middle + 1, bitsOf(next) - 1]) {
        for (const sign of [0, 0x80000000]) {
          const signed = (bits32 | sign) >>> 0
          const expected = nearestHalf(floatOf(signed))
          if (halfOfFloatBits(signed) !== expected) throw new Error(`0x${signed.toString(16)}`)
        }
      }
    }
  })

  it('300,000 float32 of random bits and float64 of all sizes become the nearest float16', () => {
    const next = random(1)
    for (let i = 0; i < 300_000; i++) {
      const single = floatOf(next())
      const half = halfOfFloatBits(bitsOf(single))
      if (Number.isNaN(single) ? !isNan(half) : half !== nearestHalf(single)) throw new Error(`${single}`)
      // Around half a step, by less than float32 can say.
      const middle =
        valueOfHalf(next() & 0x7fff) * (1 + 2 ** -11) * (1 + ((next() % 5) - 2) * 2 ** -(30 + (next() % 22)))
      const wide = i % 2 ? middle : (next() / 2 ** 32 - 0.5) * 2 ** ((next() % 50) - 30)
      const of64 = halfOfNumber(wide)
      if (Number.isNaN(wide) ? !isNan(of64) : of64 !== nearestHalf(wide)) throw new Error(`${wide}`)
    }
  })

  it('float64 are rounded to float16 once', () => {
    // By way of float32 this would be 1 + 2⁻¹¹, a tie, and then 1.
    expect(halfOfNumber(1 + 2 ** -11 + 2 ** -40)).toBe(0x3c01)
    expect(halfOfNumber(1 + 2 ** -11)).toBe(0x3c00)
    expect(halfOfNumber(2 ** -25 + 2 ** -60)).toBe(1)
    expect(halfOfNumber(65_520 - 2 ** -20)).toBe(0x7bff)
    expect(halfOfNumber(1e300)).toBe(0x7c00)
    expect(halfOfNumber(-1e-300)).toBe(0x8000)
  })

  const convert = (array: ArrayBufferView, from: TensorType, to: FloatType) =>
    convertFloats(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), from, to)

  it('whole arrays are converted from every type, also at odd places in memory', () => {
    const values = [0, -0, 1, -2.5, 2 ** -24, Number.POSITIVE_INFINITY]
    const halves = Uint16Array.from([0, 0x8000, 0x3c00, 0xc100, 1, 0x7c00])
    const singles = Float32Array.from(values)
    const brains = Uint16Array.from(values, (value) => bitsOf(value) >>> 16)
    const same = (made: { bytes: Uint8Array }, wanted: ArrayBufferView) =>
      expect(made.bytes).toEqual(new Uint8Array(wanted.buffer))
    same(convert(singles, 'float32', 'float16'), halves)
    same(convert(Float64Array.from(values), 'float64', 'float16'), halves)
    same(convert(brains, 'bfloat16', 'float16'), halves)
    same(convert(brains, 'bfloat16', 'float32'), singles)
    same(convert(halves, 'float16', 'float32'), singles)
    same(convert(Float64Array.from(values), 'float64', 'float32'), singles)
    const odd = new Uint8Array(25)
    odd.set(new Uint8Array(singles.buffer), 1)
    same(convertFloats(odd.subarray(1), 'float32', 'float16'), halves)
  })

  it('finite numbers that become infinite are told', () => {
    expect(convert(Float32Array.of(1, Number.POSITIVE_INFINITY, 70_000), 'float32', 'float16').overflow).toBe(
      2,
    )
    expect(convert(Float64Array.of(1e39), 'float64', 'float32').overflow).toBe(0)
    expect(convert(Float32Array.of(65_504, Number.NaN), 'float32', 'float16').overflow).toBe(-1)
  })
})
