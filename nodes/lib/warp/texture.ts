/** Pictures to sample from: four channels in one 32-bit integer (0xAABBGGRR), enlarged to twice the resolution. */

/**
 * `data`: `stride` integers a row, `height` + 1 rows; the last column and row repeat their neighbours, so that a
 * bilinear sampler may read one further. Texel (2x, 2y) is pixel (x, y) of the source.
 */
export interface Texture {
  width: number
  height: number
  stride: number
  data: Int32Array
}

// One loop a function: they run a few hundred thousand times in all, and what is compiled stays small.
function packRow(rows: Uint8Array, row: number, channels: 3 | 4, to: Int32Array, count: number): void {
  const isOpaque = channels === 3
  for (let x = 0, i = row; x < count; x++, i += channels)
    to[x] = pack(rows[i], rows[i + 1], rows[i + 2], isOpaque ? 255 : rows[i + 3])
}

function packBetween(
  rows: Uint8Array,
  above: number,
  mid: number,
  below: number,
  under: number,
  channels: 3 | 4,
  to: Int32Array,
  count: number,
): void {
  const isOpaque = channels === 3
  const at = (i: number) => between(rows[above + i], rows[mid + i], rows[below + i], rows[under + i])
  for (let x = 0, i = 0; x < count; x++, i += channels)
    to[x] = pack(at(i), at(i + 1), at(i + 2), isOpaque ? 255 : at(i + 3))
}

/** Catmull-Rom halfway between two samples, (−1, 9, 9, −1)/16, rounded and held to 0…255. */
function between(a: number, b: number, c: number, d: number): number {
  const v = (9 * (b + c) - a - d + 8) >> 4
  return v < 0 ? 0 : v > 255 ? 255 : v
}

/**
 * Enlarges to (2w − 1) × (2h − 1), corner aligned: even samples equal the source, so that rest is exact, and
 * bilinear sampling of the result is nearly as sharp as bicubic sampling of the source.
 *
 * @param pixels RGB, or RGBA with premultiplied colours
 */
export function enlarge(pixels: Uint8Array, width: number, height: number, channels: 3 | 4): Texture {
  const w2 = 2 * width - 1
  const h2 = 2 * height - 1
  const rows = widen(pixels, width, height, channels)
  const stride = w2 + 1
  const data = new Int32Array(stride * (h2 + 1))
  const line = w2 * channels
  const rowAt = (y: number) => Math.max(0, Math.min(height - 1, y)) * line
  for (let y = 0; y < h2; y++) {
    const half = y >> 1
    const to = data.subarray(y * stride, (y + 1) * stride)
    if ((y & 1) === 0) packRow(rows, rowAt(half), channels, to, w2)
    else packBetween(rows, rowAt(half - 1), rowAt(half), rowAt(half + 1), rowAt(half + 2), channels, to, w2)
    to[w2] = to[w2 - 1]
  }
  data.copyWithin(h2 * stride, (h2 - 1) * stride, h2 * stride)
  return { width: w2, height: h2, stride, data }
}

/** Doubles the samples of each row: [height, 2·width − 1, channels]. */
function widen(pixels: Uint8Array, width: number, height: number, channels: number): Uint8Array {
  const w2 = 2 * width - 1
  const rows = new Uint8Array(w2 * height * channels)
  for (let y = 0; y < height; y++) {
    const from = y * width * channels
    const last = from + (width - 1) * channels
    let to = y * w2 * channels
    for (let i = from; i <= last; i += channels) {
      for (let c = i; c < i + channels; c++) rows[to++] = pixels[c]
      if (i === last) break
      const before = i === from ? 0 : channels
      const after = i + 2 * channels > last ? channels : 2 * channels
      for (let c = i; c < i + channels; c++)
        rows[to++] = between(pixels[c - before], pixels[c], pixels[c + channels], pixels[c + after])
    }
  }
  return rows
}

/** Premultiplied colours never exceed alpha; the enlarging filter may overshoot it. */
function pack(r: number, g: number, b: number, a: number): number {
  return (a << 24) | ((b > a ? a : b) << 16) | ((g > a ? a : g) << 8) | (r > a ? a : r)
}

/** RGB pixels as packed integers at their own size. */
export function packPicture(rgb: Uint8Array, width: number, height: number): Int32Array {
  const out = new Int32Array(width * height)
  for (let i = 0; i < out.length; i++) {
    out[i] = (255 << 24) | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i]
  }
  return out
}
