import { blankPicture, type Picture } from './picture'

export type PillowFilter = 'bilinear' | 'bicubic' | 'lanczos'

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

/** Half-width in output pixels, and the weight at a distance from the centre. Bicubic has a = −0.5. */
const FILTERS: Record<PillowFilter, { radius: number; weight: (x: number) => number }> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    radius: 2,
    weight: (signed) => {
      const x = Math.abs(signed)
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
    },
  },
  lanczos: { radius: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Bits after the point of a weight. */
const BITS = 22

/**
 * A picture at another size, bit for bit as Pillow's `Image.resize` makes it (stage2.md §15.2): the filter widens when
 * the picture shrinks, columns before rows, each pass rounded to 8 bits, a side that keeps its length left alone.
 */
export function resizeLikePillow(
  picture: Picture,
  width: number,
  height: number,
  filter: PillowFilter,
): Picture {
  const wide = width === picture.width ? picture : resizeRows(picture, width, filter)
  return height === picture.height ? wide : resizeColumns(wide, height, filter)
}

/** Where the inputs of an output begin, and their weights times 2^22. */
interface Taps {
  first: number
  weights: Int32Array
}

function tapsOf(from: number, to: number, filter: PillowFilter): Taps[] {
  const { radius, weight } = FILTERS[filter]
  const scale = from / to
  const stretch = Math.max(scale, 1)
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(Math.trunc(centre - radius * stretch + 0.5), 0)
    const end = Math.min(Math.trunc(centre + radius * stretch + 0.5), from)
    const raw = Array.from({ length: end - first }, (_, k) => weight((first + k - centre + 0.5) / stretch))
    const sum = raw.reduce((a, b) => a + b, 0)
    return { first, weights: Int32Array.from(raw, (w) => roundAway((w / sum) * 2 ** BITS)) }
  })
}

const roundAway = (x: number) => Math.trunc(x + (x < 0 ? -0.5 : 0.5))

function resizeRows(picture: Picture, width: number, filter: PillowFilter): Picture {
  const { data, height, channels } = picture
  const out = blankPicture(width, height, channels)
  for (const [x, { first, weights }] of tapsOf(picture.width, width, filter).entries()) {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        const from = (y * picture.width + first) * channels + c
        out.data[(y * width + x) * channels + c] = weighted(data, from, channels, weights)
      }
    }
  }
  return out
}

function resizeColumns(picture: Picture, height: number, filter: PillowFilter): Picture {
  const { data, width, channels } = picture
  const out = blankPicture(width, height, channels)
  const row = width * channels
  for (const [y, { first, weights }] of tapsOf(picture.height, height, filter).entries()) {
    for (let i = 0; i < row; i++) out.data[y * row + i] = weighted(data, first * row + i, row, weights)
  }
  return out
}

function weighted(data: Uint8Array, from: number, step: number, weights: Int32Array): number {
  let sum = 1 << (BITS - 1)
  for (let k = 0, at = from; k < weights.length; k++, at += step) sum += weights[k] * data[at]
  const value = sum >> BITS
  return value < 0 ? 0 : value > 255 ? 255 : value
}
