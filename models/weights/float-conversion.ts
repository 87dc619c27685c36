import type { TensorType } from './tensor'

/**
 * Floats of one width as those of another, exactly as IEEE 754 says: round to nearest, ties to even, with subnormals;
 * what is too large becomes infinite, NaN stays NaN. Bits in, bits out.
 */
export type FloatType = 'float16' | 'float32'

const scratch = new Float32Array(1)
const scratchBits = new Uint32Array(scratch.buffer)

/** Bits of a float32 as bits of a float16. */
export function halfOfFloatBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const size = bits & 0x7fffffff
  if (size >= 0x47800000) {
    // 65536 and more, infinity, NaN: of the latter the top of the payload stays, and it stays quiet.
    return size > 0x7f800000 ? sign | 0x7e00 | ((size >>> 13) & 0x1ff) : sign | 0x7c00
  }
  if (size >= 0x38800000) {
    // Normal (2⁻¹⁴ and more): the exponent's bias is 15 instead of 127; a carry out of the mantissa raises it.
    const moved = size - ((127 - 15) << 23)
    return sign | ((moved + 0xfff + ((moved >>> 13) & 1)) >>> 13)
  }
  if (size < 0x33000000) return sign // below half of the smallest subnormal, 2⁻²⁴
  const shift = 126 - (size >>> 23)
  const mantissa = (size & 0x7fffff) | 0x800000
  const whole = mantissa >>> shift
  const rest = mantissa & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0))
}

/** A number as bits of a float16, rounded once: by way of float32 it could be rounded twice. */
export function halfOfNumber(value: number): number {
  const single = Math.fround(value)
  scratch[0] = single
  let bits = scratchBits[0]!
  // Where float32 lost something, its last bit is set if it was not (round to odd): 13 bits are to go, so half a step
  // of float16 is then told from a bit more or less than half a step.
  if (single !== value && !Number.isNaN(value) && Number.isFinite(single)) {
    if (Math.abs(single) > Math.abs(value)) bits--
    bits |= 1
  }
  return halfOfFloatBits(bits)
}

/** Bits of a float16 as bits of a float32; nothing is lost. */
export function floatBitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 31
  const mantissa = half & 0x3ff
  if (exponent === 31) return (sign | 0x7f800000 | (mantissa << 13)) >>> 0
  if (exponent > 0) return (sign | ((exponent + 127 - 15) << 23) | (mantissa << 13)) >>> 0
  if (mantissa === 0) return sign >>> 0
  const shift = Math.clz32(mantissa) - 21
  return (sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13)) >>> 0
}

/** The float types that can be converted. */
export const isFloat = (dtype: TensorType): boolean =>
  dtype === 'float64' || dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16'

/**
 * The elements (little-endian, as many whole ones as there are) as elements of another float type. `overflow` is the
 * index of the first finite one that became infinite, or -1.
 */
export function convertFloats(
  bytes: Uint8Array,
  from: TensorType,
  to: FloatType,
): { bytes: Uint8Array; overflow: number } {
  if (from === to) return { bytes, overflow: -1 }
  // Typed arrays start at multiples of their width.
  const { buffer } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  const start = buffer === bytes.buffer ? bytes.byteOffset : 0
  const read =
    from === 'float64'
      ? new Float64Array(buffer, start, bytes.length / 8)
      : from === 'float32'
        ? new Uint32Array(buffer, start, bytes.length / 4)
        : new Uint16Array(buffer, start, bytes.length / 2)
  return to === 'float16' ? toHalf(read, from) : toSingle(read, from)
}

type Elements = Float64Array | Uint32Array | Uint16Array

function toHalf(read: Elements, from: TensorType) {
  const made = new Uint16Array(read.length)
  let overflow = -1
  for (let i = 0; i < read.length; i++) {
    const value = read[i]!
    const half =
      from === 'float64'
        ? halfOfNumber(value)
        : halfOfFloatBits(from === 'bfloat16' ? (value << 16) >>> 0 : value)
    made[i] = half
    if ((half & 0x7fff) === 0x7c00 && overflow < 0 && isFiniteOf(from, value)) overflow = i
  }
  return { bytes: new Uint8Array(made.buffer), overflow }
}

function isFiniteOf(from: TensorType, value: number): boolean {
  if (from === 'float64') return Number.isFinite(value)
  return from === 'bfloat16' ? (value & 0x7f80) !== 0x7f80 : (value & 0x7f800000) !== 0x7f800000
}

function toSingle(read: Elements, from: TensorType) {
  const made = new Uint32Array(read.length)
  if (read instanceof Float64Array) {
    const floats = new Float32Array(made.buffer)
    floats.set(read)
    const overflow = read.findIndex((value, i) => Number.isFinite(value) && !Number.isFinite(floats[i]))
    return { bytes: new Uint8Array(made.buffer), overflow }
  }
  for (let i = 0; i < read.length; i++) {
    made[i] = from === 'bfloat16' ? read[i]! << 16 : floatBitsOfHalf(read[i]!)
  }
  return { bytes: new Uint8Array(made.buffer), overflow: -1 }
}
