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

/** Catmull-Rom halfway between two samples: (−1, 9, 9, −1)/16. */
const between = (a: number, b: number, c: number, d: number): number => (9 * (b + c) - a - d) / 16

/**
 * Enlarges to (2w − 1) × (2h − 1), corner aligned: even samples equal the source, so that rest is exact, and
 * bilinear sampling of the result is nearly as sharp as bicubic sampling of the source.
 *
 * @param pixels RGB, or RGBA with premultiplied colours
 */
export function enlarge(pixels: Uint8Array, width: number, height: number, channels: 3 | 4): Texture {
  const w2 = 2 * width - 1
  const h2 = 2 * height - 1
  const stride = w2 + 1
  const rows = new Uint8Array(w2 * height * channels)
  for (let y = 0; y < height; y++) {
    const from = y * width * channels
    const to = y * w2 * channels
    for (let x = 0; x < width; x++) {
      const x0 = from + Math.max(0, x - 1) * channels
      const x1 = from + x * channels
      const x2 = from + Math.min(width - 1, x + 1) * channels
      const x3 = from + Math.min(width - 1, x + 2) * channels
      for (let c = 0; c < channels; c++) {
        rows[to + 2 * x * channels + c] = pixels[x1 + c]
        if (x + 1 < width) {
          const v = between(pixels[x0 + c], pixels[x1 + c], pixels[x2 + c], pixels[x3 + c])
          rows[to + (2 * x + 1) * channels + c] = v < 0 ? 0 : v > 255 ? 255 : v + 0.5
        }
      }
    }
  }
  const data = new Int32Array(stride * (h2 + 1))
  const line = w2 * channels
  const texel = [0, 0, 0, 255]
  for (let y = 0; y < h2; y++) {
    const mid = (y >> 1) * line
    const odd = (y & 1) === 1
    const above = Math.max(0, (y >> 1) - 1) * line
    const below = Math.min(height - 1, (y >> 1) + 1) * line
    const under = Math.min(height - 1, (y >> 1) + 2) * line
    for (let x = 0; x < w2; x++) {
      for (let c = 0; c < channels; c++) {
        const i = x * channels + c
        if (!odd) texel[c] = rows[mid + i]
        else {
          const v = between(rows[above + i], rows[mid + i], rows[below + i], rows[under + i])
          texel[c] = v < 0 ? 0 : v > 255 ? 255 : v + 0.5
        }
      }
      data[y * stride + x] = pack(texel, channels === 4)
    }
    data[y * stride + w2] = data[y * stride + w2 - 1]
  }
  data.copyWithin(h2 * stride, (h2 - 1) * stride, h2 * stride)
  return { width: w2, height: h2, stride, data }
}

/** Premultiplied colours never exceed alpha; the enlarging filter may overshoot it. */
function pack(texel: number[], premultiplied: boolean): number {
  const a = texel[3] | 0
  let r = texel[0] | 0
  let g = texel[1] | 0
  let b = texel[2] | 0
  if (premultiplied) {
    if (r > a) r = a
    if (g > a) g = a
    if (b > a) b = a
  }
  return (a << 24) | (b << 16) | (g << 8) | r
}

/** RGB pixels as packed integers at their own size. */
export function packPicture(rgb: Uint8Array, width: number, height: number): Int32Array {
  const out = new Int32Array(width * height)
  for (let i = 0; i < out.length; i++) {
    out[i] = (255 << 24) | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i]
  }
  return out
}
