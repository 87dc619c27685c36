/**
 * Textured triangles. One sample per pixel centre, shared edges are computed alike from both sides: a mesh leaves
 * no gap and touches no pixel twice, unless it folds.
 */
import type { Texture } from './texture'

/** Picture to draw into, packed like a texture, [height, width]. */
export interface Surface {
  width: number
  height: number
  data: Int32Array
}

/**
 * Draws one triangle. Positions in px of the surface; u, v in 1/256 texel.
 *
 * @param over lay the texture over what is there, by its (premultiplied) alpha; otherwise replace
 */
export function drawTriangle(
  to: Surface,
  texture: Texture,
  over: boolean,
  x0: number,
  y0: number,
  u0: number,
  v0: number,
  x1: number,
  y1: number,
  u1: number,
  v1: number,
  x2: number,
  y2: number,
  u2: number,
  v2: number,
): void {
  let s: number
  if (y1 < y0) {
    s = x0
    x0 = x1
    x1 = s
    s = y0
    y0 = y1
    y1 = s
    s = u0
    u0 = u1
    u1 = s
    s = v0
    v0 = v1
    v1 = s
  }
  if (y2 < y1) {
    s = x1
    x1 = x2
    x2 = s
    s = y1
    y1 = y2
    y2 = s
    s = u1
    u1 = u2
    u2 = s
    s = v1
    v1 = v2
    v2 = s
    if (y1 < y0) {
      s = x0
      x0 = x1
      x1 = s
      s = y0
      y0 = y1
      y1 = s
      s = u0
      u0 = u1
      u1 = s
      s = v0
      v0 = v1
      v1 = s
    }
  }
  let top = Math.ceil(y0)
  let bottom = Math.ceil(y2) - 1
  if (top < 0) top = 0
  if (bottom >= to.height) bottom = to.height - 1
  if (top > bottom) return
  const det = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
  if (det === 0) return
  const ux = ((u1 - u0) * (y2 - y0) - (u2 - u0) * (y1 - y0)) / det
  const uy = ((u2 - u0) * (x1 - x0) - (u1 - u0) * (x2 - x0)) / det
  const vx = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / det
  const vy = ((v2 - v0) * (x1 - x0) - (v1 - v0) * (x2 - x0)) / det
  const long = (x2 - x0) / (y2 - y0)
  const upper = (x1 - x0) / (y1 - y0)
  const lower = (x2 - x1) / (y2 - y1)
  const maxU = (texture.width - 1) << 8
  const maxV = (texture.height - 1) << 8
  for (let y = top; y <= bottom; y++) {
    const xa = x0 + (y - y0) * long
    const xb = y < y1 ? x0 + (y - y0) * upper : x1 + (y - y1) * lower
    let left = Math.ceil(xa < xb ? xa : xb)
    let right = Math.ceil(xa < xb ? xb : xa) - 1
    if (left < 0) left = 0
    if (right >= to.width) right = to.width - 1
    if (left > right) continue
    const u = u0 + (left - x0) * ux + (y - y0) * uy
    const v = v0 + (left - x0) * vx + (y - y0) * vy
    const row = y * to.width
    if (over) blendSpan(to.data, row + left, row + right, texture, u, v, ux, vx, maxU, maxV)
    else copySpan(to.data, row + left, row + right, texture, u, v, ux, vx, maxU, maxV)
  }
}

/** Bilinear: two channels at a time in one integer, weights of 8 bits. */
function copySpan(
  out: Int32Array,
  from: number,
  end: number,
  texture: Texture,
  u: number,
  v: number,
  du: number,
  dv: number,
  maxU: number,
  maxV: number,
): void {
  const data = texture.data
  const stride = texture.stride
  for (let i = from; i <= end; i++) {
    let ui = (u + 0.5) | 0
    let vi = (v + 0.5) | 0
    if (ui < 0) ui = 0
    else if (ui > maxU) ui = maxU
    if (vi < 0) vi = 0
    else if (vi > maxV) vi = maxV
    const p = (vi >> 8) * stride + (ui >> 8)
    const fx = ui & 255
    const fy = vi & 255
    const a = data[p]
    const b = data[p + 1]
    const c = data[p + stride]
    const d = data[p + stride + 1]
    const gx = 256 - fx
    const topRb = ((Math.imul(a & 0xff00ff, gx) + Math.imul(b & 0xff00ff, fx) + 0x800080) >>> 8) & 0xff00ff
    const lowRb = ((Math.imul(c & 0xff00ff, gx) + Math.imul(d & 0xff00ff, fx) + 0x800080) >>> 8) & 0xff00ff
    const topG = ((a >>> 8) & 0xff) * gx + ((b >>> 8) & 0xff) * fx
    const lowG = ((c >>> 8) & 0xff) * gx + ((d >>> 8) & 0xff) * fx
    const gy = 256 - fy
    const rb = ((Math.imul(topRb, gy) + Math.imul(lowRb, fy) + 0x800080) >>> 8) & 0xff00ff
    const g = ((topG * gy + lowG * fy + 0x8000) >>> 8) & 0xff00
    out[i] = 0xff000000 | rb | g
    u += du
    v += dv
  }
}

function blendSpan(
  out: Int32Array,
  from: number,
  end: number,
  texture: Texture,
  u: number,
  v: number,
  du: number,
  dv: number,
  maxU: number,
  maxV: number,
): void {
  const data = texture.data
  const stride = texture.stride
  for (let i = from; i <= end; i++) {
    let ui = (u + 0.5) | 0
    let vi = (v + 0.5) | 0
    u += du
    v += dv
    if (ui < 0) ui = 0
    else if (ui > maxU) ui = maxU
    if (vi < 0) vi = 0
    else if (vi > maxV) vi = maxV
    const p = (vi >> 8) * stride + (ui >> 8)
    const a = data[p]
    const b = data[p + 1]
    const c = data[p + stride]
    const d = data[p + stride + 1]
    if ((a | b | c | d) === 0) continue
    const fx = ui & 255
    const fy = vi & 255
    const gx = 256 - fx
    const gy = 256 - fy
    const topRb = ((Math.imul(a & 0xff00ff, gx) + Math.imul(b & 0xff00ff, fx) + 0x800080) >>> 8) & 0xff00ff
    const lowRb = ((Math.imul(c & 0xff00ff, gx) + Math.imul(d & 0xff00ff, fx) + 0x800080) >>> 8) & 0xff00ff
    const topAg =
      ((Math.imul((a >>> 8) & 0xff00ff, gx) + Math.imul((b >>> 8) & 0xff00ff, fx) + 0x800080) >>> 8) &
      0xff00ff
    const lowAg =
      ((Math.imul((c >>> 8) & 0xff00ff, gx) + Math.imul((d >>> 8) & 0xff00ff, fx) + 0x800080) >>> 8) &
      0xff00ff
    const rb = ((Math.imul(topRb, gy) + Math.imul(lowRb, fy) + 0x800080) >>> 8) & 0xff00ff
    const ag = ((Math.imul(topAg, gy) + Math.imul(lowAg, fy) + 0x800080) >>> 8) & 0xff00ff
    const alpha = ag >>> 16
    if (alpha === 255) {
      out[i] = (ag << 8) | rb
      continue
    }
    if (alpha === 0) continue
    out[i] = over(out[i], (ag << 8) | rb, alpha)
  }
}

/** Premultiplied `src` (with this alpha) over `dst`. */
export function over(dst: number, src: number, alpha: number): number {
  const keep = 256 - alpha - (alpha >> 7)
  const rb = (Math.imul(dst & 0xff00ff, keep) >>> 8) & 0xff00ff
  const ag = (Math.imul((dst >>> 8) & 0xff00ff, keep) >>> 8) & 0xff00ff
  return (src + (rb | (ag << 8))) | 0
}
