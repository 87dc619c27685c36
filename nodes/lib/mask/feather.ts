import { boundsOf, cropPlane, placePlane, widenBounds } from './bounds'
import { MAX_FEATHER } from './limits'

const PASSES = 3

/**
 * Softens the edges of a plane: a Gaussian of σ = pixels / 2, so that a hard edge fades over about `pixels` to either
 * side. Three box filters with fractional ends stand in for the Gaussian (extended box filter, Gwosdek, Grewenig,
 * Bruhn, Weickert 2011): their variance is exact, and from 1 px on the levels agree with a Gaussian within 3 % of the
 * step. Beyond its border the plane goes on as it ends there.
 *
 * @param plane  `[height, width]`; not changed
 * @param pixels 0…512
 * @returns a new plane
 */
export function featherPlane(plane: Uint8Array, width: number, height: number, pixels: number): Uint8Array {
  const sigma = Math.min(MAX_FEATHER, pixels) / 2
  const bounds = boundsOf(plane, width, height)
  if (!(sigma > 0) || !bounds) return plane.slice()
  const box = boxFor(sigma)
  const part = widenBounds(bounds, PASSES * (box.reach + 1), width, height)
  const partWidth = part.right - part.left
  const partHeight = part.bottom - part.top

  const levels = Float32Array.from(cropPlane(plane, width, part))
  const other = new Float32Array(levels.length)
  for (let pass = 0; pass < PASSES; pass++) {
    blurRows(levels, other, partWidth, partHeight, box)
    blurColumns(other, levels, partWidth, partHeight, box)
  }
  const out = new Uint8Array(levels.length)
  for (let i = 0; i < out.length; i++) out[i] = levels[i] + 0.5
  return placePlane(out, width, height, part)
}

/** `2 · reach + 1` pixels of weight 1 and one more at either end of weight `end`, divided by `total`. */
interface Box {
  reach: number
  end: number
  total: number
}

function boxFor(sigma: number): Box {
  const variance = (sigma * sigma) / PASSES
  const reach = Math.floor(0.5 * Math.sqrt(12 * variance + 1) - 0.5)
  const end =
    ((2 * reach + 1) * (reach * (reach + 1) - 3 * variance)) / (6 * (variance - (reach + 1) * (reach + 1)))
  return { reach, end, total: 2 * reach + 1 + 2 * end }
}

function blurRows(from: Float32Array, to: Float32Array, width: number, height: number, box: Box): void {
  const { reach, end, total } = box
  const last = width - 1
  for (let y = 0; y < height; y++) {
    const row = y * width
    let sum = 0 // of the pixels of weight 1
    for (let x = -reach; x <= reach; x++) sum += from[row + Math.min(last, Math.max(0, x))]
    for (let x = 0; x < width; x++) {
      const before = from[row + Math.max(0, x - reach - 1)]
      const after = from[row + Math.min(last, x + reach + 1)]
      to[row + x] = (sum + end * (before + after)) / total
      sum += after - from[row + Math.max(0, x - reach)]
    }
  }
}

/** As `blurRows` for columns; a row of sums moves down, so that memory is read along rows. */
function blurColumns(from: Float32Array, to: Float32Array, width: number, height: number, box: Box): void {
  const { reach, end, total } = box
  const rowAt = (y: number) => Math.min(height - 1, Math.max(0, y)) * width
  const sums = new Float64Array(width)
  for (let y = -reach; y <= reach; y++) {
    const row = rowAt(y)
    for (let x = 0; x < width; x++) sums[x] += from[row + x]
  }
  for (let y = 0; y < height; y++) {
    const before = rowAt(y - reach - 1)
    const after = rowAt(y + reach + 1)
    const leaving = rowAt(y - reach)
    const row = y * width
    for (let x = 0; x < width; x++) {
      const next = from[after + x]
      to[row + x] = (sums[x] + end * (from[before + x] + next)) / total
      sums[x] += next - from[leaving + x]
    }
  }
}
