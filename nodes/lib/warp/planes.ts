/** Filters on single planes (`Float32Array`, [height, width]) and on 8-bit pictures. */
import { clamp } from './geometry'

/** Mean over a (2r+1)² window, cut at the borders. Linear time. */
export function boxMean(source: Float32Array, width: number, height: number, r: number): Float32Array {
  return boxMeanInto(
    new Float32Array(source.length),
    source,
    width,
    height,
    r,
    new Float32Array(source.length),
  )
}

/** `out` may be `source`; `rows` is scratch of the same length. */
function boxMeanInto(
  out: Float32Array,
  source: Float32Array,
  width: number,
  height: number,
  r: number,
  rows: Float32Array,
): Float32Array {
  // Three stretches of a row, so that the long middle one asks nothing: window cut left, whole, cut right.
  const whole = Math.min(width, r + 1)
  const right = Math.max(whole, width - r)
  for (let y = 0; y < height; y++) {
    let sum = 0
    const row = y * width
    for (let x = 0; x < Math.min(r, width); x++) sum += source[row + x]
    for (let x = 0; x < whole; x++) {
      if (x + r < width) sum += source[row + x + r]
      rows[row + x] = sum / (Math.min(width - 1, x + r) + 1)
    }
    for (let i = row + whole; i < row + right; i++) {
      sum += source[i + r]
      sum -= source[i - r - 1]
      rows[i] = sum / (2 * r + 1)
    }
    for (let x = right; x < width; x++) {
      sum -= source[row + x - r - 1]
      rows[row + x] = sum / (width - x + r)
    }
  }
  const sums = new Float64Array(width)
  for (let y = 0; y < Math.min(r, height); y++) addRow(sums, rows, y * width)
  for (let y = 0; y < height; y++) {
    if (y + r < height) addRow(sums, rows, (y + r) * width)
    if (y - r - 1 >= 0) {
      const leave = (y - r - 1) * width
      for (let x = 0; x < width; x++) sums[x] -= rows[leave + x]
    }
    const n = Math.min(height - 1, y + r) - Math.max(0, y - r) + 1
    const row = y * width
    for (let x = 0; x < width; x++) out[row + x] = sums[x] / n
  }
  return out
}

function addRow(sums: Float64Array, rows: Float32Array, row: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] += rows[row + x]
}

/** Gaussian-like blur: three box means whose joint variance is sigma²; below 0.8 px a 3-tap kernel. */
export function blur(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma < 0.8) return blur3(source, width, height, sigma)
  const r = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2))
  const out = new Float32Array(source.length)
  const rows = new Float32Array(source.length)
  boxMeanInto(out, source, width, height, r, rows)
  boxMeanInto(out, out, width, height, r, rows)
  return boxMeanInto(out, out, width, height, r, rows)
}

function blur3(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const side = sigma <= 0 ? 0 : Math.exp(-0.5 / (sigma * sigma))
  const mid = 1 / (1 + 2 * side)
  const rows = new Float32Array(source.length)
  const out = new Float32Array(source.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let x = 0; x < width; x++) {
      const l = source[row + Math.max(0, x - 1)]
      const r = source[row + Math.min(width - 1, x + 1)]
      rows[row + x] = mid * (source[row + x] + side * (l + r))
    }
  }
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width
    const down = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x++) {
      out[y * width + x] = mid * (rows[y * width + x] + side * (rows[up + x] + rows[down + x]))
    }
  }
  return out
}

/** Grows a mask (non-zero = in) by `r` px, r < 0 shrinks it. Euclidean, linear time per row. */
export function growMask(mask: Uint8Array, width: number, height: number, r: number): Uint8Array {
  const out = new Uint8Array(mask.length)
  const d = distanceToMask(mask, width, height, r < 0 ? 0 : 1)
  for (let i = 0; i < out.length; i++) out[i] = (r < 0 ? d[i] > -r : d[i] <= r) ? 1 : 0
  return out
}

/** Chamfer distance (3–4, px) of each pixel to the nearest pixel that is set (`target` 1) or not set (0). */
export function distanceToMask(
  mask: Uint8Array,
  width: number,
  height: number,
  target: 0 | 1 = 1,
): Float32Array {
  const far = 1e6
  const diagonal = Math.SQRT2
  const d = new Float32Array(mask.length)
  for (let i = 0; i < d.length; i++) d[i] = (mask[i] !== 0) === (target === 1) ? 0 : far
  // Two sweeps, each looking at the row it comes from and at the pixel before.
  for (let y = 0; y < height; y++) {
    const row = y * width
    const above = row - width
    let left = far
    for (let x = 0; x < width; x++) {
      let v = d[row + x]
      if (v > 0) {
        if (left + 1 < v) v = left + 1
        if (y > 0) {
          if (d[above + x] + 1 < v) v = d[above + x] + 1
          if (x > 0 && d[above + x - 1] + diagonal < v) v = d[above + x - 1] + diagonal
          if (x < width - 1 && d[above + x + 1] + diagonal < v) v = d[above + x + 1] + diagonal
        }
        d[row + x] = v
        v = d[row + x]
      }
      left = v
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    const row = y * width
    const below = row + width
    let right = far
    for (let x = width - 1; x >= 0; x--) {
      let v = d[row + x]
      if (v > 0) {
        if (right + 1 < v) v = right + 1
        if (y < height - 1) {
          if (d[below + x] + 1 < v) v = d[below + x] + 1
          if (x > 0 && d[below + x - 1] + diagonal < v) v = d[below + x - 1] + diagonal
          if (x < width - 1 && d[below + x + 1] + diagonal < v) v = d[below + x + 1] + diagonal
        }
        d[row + x] = v
        v = d[row + x]
      }
      right = v
    }
  }
  return d
}

/** Bilinear sample of a plane at (x, y); outside, the border value. */
export function sampleAt(
  plane: ArrayLike<number>,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const cx = clamp(x, 0, width - 1)
  const cy = clamp(y, 0, height - 1)
  const x0 = Math.min(width - 1, Math.floor(cx))
  const y0 = Math.min(height - 1, Math.floor(cy))
  const x1 = Math.min(width - 1, x0 + 1)
  const y1 = Math.min(height - 1, y0 + 1)
  const fx = cx - x0
  const fy = cy - y0
  const top = plane[y0 * width + x0] * (1 - fx) + plane[y0 * width + x1] * fx
  const bottom = plane[y1 * width + x0] * (1 - fx) + plane[y1 * width + x1] * fx
  return top * (1 - fy) + bottom * fy
}

/** Resizes a plane, bilinear, pixel centres at half-integers (as image resizers do). */
export function resizePlane(
  source: ArrayLike<number>,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  const out = new Float32Array(toWidth * toHeight)
  const kx = width / toWidth
  const ky = height / toHeight
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      out[y * toWidth + x] = sampleAt(source, width, height, (x + 0.5) * kx - 0.5, (y + 0.5) * ky - 0.5)
    }
  }
  return out
}

/** Shares 0…1 as bytes 0…255. */
export function toBytes(shares: Float32Array): Uint8Array {
  const out = new Uint8Array(shares.length)
  for (let i = 0; i < out.length; i++) out[i] = 255 * shares[i] + 0.5
  return out
}

/** Shrinks interleaved 8-bit pixels by exact area averaging. */
export function shrinkPicture(
  source: Uint8Array,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const stride = toWidth * channels
  const rows = new Float32Array(height * stride)
  const shares = sharesOf(width, toWidth)
  for (let y = 0; y < height; y++) {
    for (const { to, from, share } of shares) {
      const o = y * stride + to * channels
      const i = (y * width + from) * channels
      for (let c = 0; c < channels; c++) rows[o + c] += share * source[i + c]
    }
  }
  const sums = new Float32Array(toHeight * stride)
  for (const { to, from, share } of sharesOf(height, toHeight)) {
    for (let i = 0; i < stride; i++) sums[to * stride + i] += share * rows[from * stride + i]
  }
  const out = new Uint8Array(sums.length)
  for (let i = 0; i < out.length; i++) out[i] = sums[i] + 0.5
  return out
}

/** The share that each source cell has in each target cell. */
function sharesOf(size: number, toSize: number): { to: number; from: number; share: number }[] {
  const shares: { to: number; from: number; share: number }[] = []
  const k = size / toSize
  for (let to = 0; to < toSize; to++) {
    const start = to * k
    const end = start + k
    for (let from = Math.floor(start); from < Math.min(size, Math.ceil(end)); from++) {
      const share = Math.min(end, from + 1) - Math.max(start, from)
      if (share > 0) shares.push({ to, from, share: share / k })
    }
  }
  return shares
}
