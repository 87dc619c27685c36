import { blankPicture, type Picture } from './picture'

/** A weight of 1 in the fixed-point passes of OpenCV. */
const ONE = 2048

/** For each output sample: the inputs it reads and their weights times 2048. */
interface Taps {
  count: number
  at: Int32Array
  weights: Int32Array
}

/** Nearest integer, ties to the even one, as `rint`. */
export function rint(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/**
 * A picture at another size, bit for bit as OpenCV's `INTER_LINEAR` makes it from 8-bit samples (stage2.md §15.1.1): no
 * anti-aliasing, weights rounded to 1/2048.
 */
export function resizeLinear(picture: Picture, width: number, height: number): Picture {
  return linearPasses(picture, width, height, linearPlace)
}

/**
 * A picture made smaller as OpenCV's `INTER_AREA`: every output is the mean of the inputs it covers. Where a side grows
 * instead, that is the bilinear stand-in which OpenCV has there.
 */
export function resizeArea(picture: Picture, width: number, height: number): Picture {
  if (width <= picture.width && height <= picture.height) return areaMeans(picture, width, height)
  return linearPasses(picture, width, height, growingPlace)
}

/** A picture at another size, as OpenCV's `INTER_LANCZOS4`: eight taps a side, edge samples repeated beyond the edge. */
export function resizeLanczos4(picture: Picture, width: number, height: number): Picture {
  const across = lanczosTaps(picture.width, width)
  const down = lanczosTaps(picture.height, height)
  const rows = horizontalPass(picture, across)
  const out = blankPicture(width, height, picture.channels)
  const row = width * picture.channels
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < row; i++) {
      let sum = 2 ** 21
      for (let k = 0; k < 8; k++) sum += down.weights[8 * y + k] * rows[down.at[8 * y + k] * row + i]
      out.data[y * row + i] = Math.min(255, Math.max(0, Math.floor(sum / 2 ** 22)))
    }
  }
  return out
}

/** The left or upper of the two inputs of an output, and the share of the other. */
type Place = (d: number, from: number, to: number) => { first: number; share: number }

const linearPlace: Place = (d, from, to) => {
  const position = Math.fround((d + 0.5) * (from / to) - 0.5)
  const first = Math.floor(position)
  return { first, share: Math.fround(position - first) }
}

/** Of `INTER_AREA` for a side that grows. */
const growingPlace: Place = (d, from, to) => {
  const first = Math.floor((d * from) / to)
  const share = Math.fround(d + 1 - (first + 1) * (to / from))
  return { first, share: share <= 0 ? 0 : Math.fround(share - Math.floor(share)) }
}

function pairs(from: number, to: number, place: Place): Taps {
  const at = new Int32Array(2 * to)
  const weights = new Int32Array(2 * to)
  for (let d = 0; d < to; d++) {
    const { first, share } = place(d, from, to)
    at[2 * d] = Math.min(Math.max(first, 0), from - 1)
    at[2 * d + 1] = Math.min(Math.max(first + 1, 0), from - 1)
    weights[2 * d] = rint(Math.fround(1 - share) * ONE)
    weights[2 * d + 1] = rint(share * ONE)
  }
  return { count: 2, at, weights }
}

/** Columns first, kept as sums times 2048: `[picture.height, width, channels]`. */
function horizontalPass(picture: Picture, { count, at, weights }: Taps): Int32Array {
  const { data, height, channels } = picture
  const width = at.length / count
  const out = new Int32Array(width * height * channels)
  let o = 0
  for (let y = 0; y < height; y++) {
    const row = y * picture.width * channels
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, o++) {
        let sum = 0
        for (let k = count * x; k < count * (x + 1); k++) sum += weights[k] * data[row + at[k] * channels + c]
        out[o] = sum
      }
    }
  }
  return out
}

/**
 * Beyond an edge both inputs are the edge's: columns then have the sum of their weights, while rows are weighted and cut
 * one by one, which may cost a grey level, as it does in OpenCV.
 */
function linearPasses(picture: Picture, width: number, height: number, place: Place): Picture {
  const down = pairs(picture.height, height, place)
  const sums = horizontalPass(picture, pairs(picture.width, width, place))
  const out = blankPicture(width, height, picture.channels)
  const row = width * picture.channels
  for (let y = 0; y < height; y++) {
    const [upper, lower] = [down.at[2 * y] * row, down.at[2 * y + 1] * row]
    const [w0, w1] = [down.weights[2 * y], down.weights[2 * y + 1]]
    for (let i = 0; i < row; i++) {
      const top = (w0 * (sums[upper + i] >> 4)) >> 16
      const bottom = (w1 * (sums[lower + i] >> 4)) >> 16
      out.data[y * row + i] = (top + bottom + 2) >> 2
    }
  }
  return out
}

interface Share {
  input: number
  weight: number
}

/** What part each covered input has in an output of `INTER_AREA`, in float32 as there. */
function areaShares(from: number, to: number): Share[][] {
  const scale = from / to
  return Array.from({ length: to }, (_, d) => {
    const start = d * scale
    const end = start + scale
    const cell = Math.min(scale, from - start)
    const first = Math.ceil(start)
    const last = Math.min(Math.floor(end), from - 1)
    const whole = Math.min(first, last)
    const shares: Share[] = []
    if (whole - start > 1e-3) shares.push({ input: whole - 1, weight: Math.fround((whole - start) / cell) })
    for (let input = whole; input < last; input++) shares.push({ input, weight: Math.fround(1 / cell) })
    if (end - last > 1e-3)
      shares.push({ input: last, weight: Math.fround(Math.min(Math.min(end - last, 1), cell) / cell) })
    return shares
  })
}

function areaMeans(picture: Picture, width: number, height: number): Picture {
  const { data, channels } = picture
  const across = areaShares(picture.width, width)
  const out = blankPicture(width, height, channels)
  const sums = new Float32Array(width * channels)
  const rowSums = new Float32Array(width * channels)
  for (const [y, rows] of areaShares(picture.height, height).entries()) {
    sums.fill(0)
    for (const { input: inputRow, weight: rowWeight } of rows) {
      rowSums.fill(0)
      for (const [x, columns] of across.entries()) {
        for (const { input, weight } of columns)
          for (let c = 0; c < channels; c++)
            rowSums[x * channels + c] += data[(inputRow * picture.width + input) * channels + c] * weight
      }
      for (let i = 0; i < sums.length; i++) sums[i] += rowWeight * rowSums[i]
    }
    for (let i = 0; i < sums.length; i++) out.data[y * sums.length + i] = rint(sums[i])
  }
  return out
}

/** sin and cos of −(x + 3 − i)·π/4 from those of −(x + 3)·π/4, for i = 0 … 7. */
const HALF = Math.SQRT1_2
const TURNS = [
  [1, 0],
  [-HALF, -HALF],
  [0, 1],
  [HALF, -HALF],
  [-1, 0],
  [HALF, HALF],
  [0, -1],
  [-HALF, HALF],
]

function lanczosTaps(from: number, to: number): Taps {
  const at = new Int32Array(8 * to)
  const weights = new Int32Array(8 * to)
  for (let d = 0; d < to; d++) {
    const position = Math.fround((d + 0.5) * (from / to) - 0.5)
    const first = Math.floor(position)
    for (const [k, weight] of lanczosWeights(Math.fround(position - first)).entries()) {
      at[8 * d + k] = Math.min(Math.max(first - 3 + k, 0), from - 1)
      weights[8 * d + k] = rint(weight * ONE)
    }
  }
  return { count: 8, at, weights }
}

/** Float32, as OpenCV computes them; they sum to 1. */
function lanczosWeights(x: number): number[] {
  const angle = -(x + 3) * Math.PI * 0.25
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const raw = TURNS.map(([s, c], i) => {
    const distance = x + 3 - i
    if (Math.abs(distance) < 1e-6) return 1e30 // all the weight there is
    const y = -distance * Math.PI * 0.25
    return Math.fround((s * sine + c * cosine) / (y * y))
  })
  const sum = raw.reduce((a, b) => Math.fround(a + b), 0)
  return raw.map((weight) => Math.fround(weight * Math.fround(1 / sum)))
}
