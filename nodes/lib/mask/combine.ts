/** Ways to put two planes together; grey levels between 0 and 255 are soft edges. */
export const COMBINE_OPS = ['union', 'intersect', 'subtract', 'exclude', 'add', 'multiply'] as const
export type CombineOp = (typeof COMBINE_OPS)[number]

/**
 * Combines two planes of equal size pixel by pixel:
 *   union      the larger level
 *   intersect  the smaller level
 *   subtract   a − b, at least 0: nothing is left of a where b is as strong
 *   exclude    |a − b|: what is in one of them only
 *   add        a + b, at most 255: soft edges that meet close up
 *   multiply   a · b / 255: a weakened by b
 *
 * @param a,b levels 0…255 of equal length; neither is changed
 * @returns a new plane
 */
export function combinePlanes(a: Uint8Array, b: Uint8Array, op: CombineOp): Uint8Array {
  const out = new Uint8Array(a.length)
  switch (op) {
    case 'union':
      for (let i = 0; i < out.length; i++) out[i] = a[i] > b[i] ? a[i] : b[i]
      break
    case 'intersect':
      for (let i = 0; i < out.length; i++) out[i] = a[i] < b[i] ? a[i] : b[i]
      break
    case 'subtract':
      for (let i = 0; i < out.length; i++) out[i] = a[i] > b[i] ? a[i] - b[i] : 0
      break
    case 'exclude':
      for (let i = 0; i < out.length; i++) out[i] = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]
      break
    case 'add':
      for (let i = 0; i < out.length; i++) out[i] = Math.min(255, a[i] + b[i])
      break
    case 'multiply':
      for (let i = 0; i < out.length; i++) out[i] = Math.round((a[i] * b[i]) / 255)
      break
  }
  return out
}

/** Inside becomes outside: 255 − level, as a new plane. */
export function invertPlane(plane: Uint8Array): Uint8Array {
  const out = new Uint8Array(plane.length)
  for (let i = 0; i < out.length; i++) out[i] = 255 - plane[i]
  return out
}
