import { solveLinear } from './solve-linear'

/** Frames of a seam at p through which the curve goes, and those that it replaces, counted from p. */
const KNOTS = [-8, -7, -6, 5, 6, 7]
const REPLACED = { from: -7, to: 6 }

/**
 * Draws a smooth curve over the places where motions were put together: around frame p, frames p - 7 to p + 6 become
 * those of a cubic spline (not-a-knot) through frames p - 8, p - 7, p - 6, p + 5, p + 6 and p + 7. Later seams see what
 * earlier ones left. A seam too near to an end for its six frames stays as it is. Source: reference/stage1.md, section 6.2.
 *
 * @param motion [frames, values]
 * @param seams the first frame of every motion but the first
 */
export function smoothSeams(motion: Float32Array, values: number, seams: readonly number[]): Float32Array {
  const smooth = motion.slice()
  const frames = motion.length / values
  const rows = splineRows()
  for (const p of seams) {
    if (p + KNOTS[0] < 0 || p + KNOTS[5] >= frames) continue
    const knots = KNOTS.map((offset) => smooth.slice((p + offset) * values, (p + offset + 1) * values))
    for (const { offset, weights } of rows) {
      for (let i = 0; i < values; i++) {
        let value = 0
        for (let k = 0; k < knots.length; k++) value += weights[k] * knots[k][i]
        smooth[(p + offset) * values + i] = value
      }
    }
  }
  return smooth
}

/** What each knot weighs in each replaced frame: a spline is linear in the values it goes through. */
function splineRows(): { offset: number; weights: number[] }[] {
  const count = REPLACED.to - REPLACED.from + 1
  return Array.from({ length: count }, (_, i) => REPLACED.from + i).map((offset) => {
    const matrix = basis(0).map((_, row) => KNOTS.map((knot) => basis(knot)[row]))
    return { offset, weights: solveLinear(matrix, basis(offset)) }
  })
}

/**
 * A base of the not-a-knot splines through six knots: they are one cubic around the second and around the fifth knot, so
 * only the two in the middle start new ones.
 */
function basis(x: number): number[] {
  const from = (knot: number) => Math.max(0, x - knot) ** 3
  return [1, x, x ** 2, x ** 3, from(KNOTS[2]), from(KNOTS[3])]
}
