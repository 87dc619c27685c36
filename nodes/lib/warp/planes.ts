/** Filters on single planes (`Float32Array`, [height, width]) and on 8-bit pictures. */
import { clamp } from './geometry'

/** Mean over a (2r+1)² window, cut at the borders. Linear time. */
export function boxMean(source: Float32Array, width: number, height: number, r: number): Float32Array {
  const counts = Float64Array.from(
    { length: width },
    (_, x) => Math.min(width - 1, x + r) - Math.max(0, x - r) + 1,
  )
  const rows = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    let sum = 0
    const row = y * width
    for (let x = 0; x < Math.min(r, width); x++) sum += source[row + x]
    for (let x = 0; x < width; x++) {
      if (x + r < width) sum += source[row + x + r]
      if (x - r - 1 >= 0) sum -= source[row + x - r - 1]
      rows[row + x] = sum / counts[x]
    }
  }
  const out = new Float32Array(width * height)
  const sums = new Float64Array(width)
  for (let y = 0; y < Math.min(r, height); y++) for (let x = 0; x < width; x++) sums[x] += rows[y * width + x]
  for (let y = 0; y < height; y++) {
    const enter = y + r < height ? (y + r) * width : -1
    const leave = y - r - 1 >= 0 ? (y - r - 1) * width : -1
    const n = Math.min(height - 1, y + r) - Math.max(0, y - r) + 1
    for (let x = 0; x < width; x++) {
      if (enter >= 0) sums[x] += rows[enter + x]
      if (leave >= 0) sums[x] -= rows[leave + x]
      out[y * width + x] = sums[x] / n
    }
  }
  return out
}

/** Gaussian-like blur: three box means whose joint variance is sigma²; below 0.8 px a 3-tap kernel. */
export function blur(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma < 0.8) return blur3(source, width, height, sigma)
  const r = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2))
  let out = source
  for (let i = 0; i < 3; i++) out = boxMean(out, width, height, r)
  return out
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
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      let v = d[i]
      if (x > 0) v = Math.min(v, d[i - 1] + 1)
      if (y > 0) {
        v = Math.min(v, d[i - width] + 1)
        if (x > 0) v = Math.min(v, d[i - width - 1] + diagonal)
        if (x < width - 1) v = Math.min(v, d[i - width + 1] + diagonal)
      }
      d[i] = v
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x
      let v = d[i]
      if (x < width - 1) v = Math.min(v, d[i + 1] + 1)
      if (y < height - 1) {
        v = Math.min(v, d[i + width] + 1)
        if (x > 0) v = Math.min(v, d[i + width - 1] + diagonal)
        if (x < width - 1) v = Math.min(v, d[i + width + 1] + diagonal)
      }
      d[i] = v
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

/** Shrinks interleaved 8-bit pixels by exact area averaging. */
export function shrinkPicture(
  source: Uint8Array,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const rows = new Float32Array(toWidth * height * channels)
  accumulate(width, toWidth, (to, from, weight) => {
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < channels; c++) {
        rows[(y * toWidth + to) * channels + c] += weight * source[(y * width + from) * channels + c]
      }
    }
  })
  const sums = new Float32Array(toWidth * toHeight * channels)
  const stride = toWidth * channels
  accumulate(height, toHeight, (to, from, weight) => {
    for (let i = 0; i < stride; i++) sums[to * stride + i] += weight * rows[from * stride + i]
  })
  return Uint8Array.from(sums, (v) => Math.round(v))
}

/** Calls `add` with the share that each source cell has in each target cell. */
function accumulate(
  size: number,
  toSize: number,
  add: (to: number, from: number, weight: number) => void,
): void {
  const k = size / toSize
  for (let to = 0; to < toSize; to++) {
    const start = to * k
    const end = start + k
    for (let from = Math.floor(start); from < Math.min(size, Math.ceil(end)); from++) {
      const share = Math.min(end, from + 1) - Math.max(start, from)
      if (share > 0) add(to, from, share / k)
    }
  }
}
