/** |got − expected| may be abs + rel · |expected|, for every number of a tensor. */
export interface Tolerance {
  abs: number
  rel: number
  /** A share of the numbers that may be off by up to `abs` instead, where a comparison inside quantises. */
  outliers?: { share: number; abs: number }
}

export const EXACT: Tolerance = { abs: 0, rel: 0 }

export type Numbers = ArrayLike<number | bigint>

/** What a tensor should be and what it has become. */
export interface Comparison {
  tensor: string
  got: Numbers
  expected: Numbers
  /** Both shapes, where the runner knows its own. */
  shapes?: { got: readonly number[]; expected: readonly number[] }
  tolerance: Tolerance
}

export interface Verdict {
  tensor: string
  maxAbsError: number
  tolerance: Tolerance
  /** The largest error in units of what was allowed; above 1 the tensor fails. */
  strain: number
  /** Why the numbers could not be compared. */
  problem?: string
}

/** Holds a tensor against the original's, number by number. */
export function judge({ tensor, got, expected, shapes, tolerance }: Comparison): Verdict {
  const failed = (problem: string): Verdict => ({
    tensor,
    maxAbsError: Number.NaN,
    tolerance,
    strain: Number.POSITIVE_INFINITY,
    problem,
  })
  if (shapes && `${shapes.got}` !== `${shapes.expected}`)
    return failed(`has the shape [${shapes.got}], expected [${shapes.expected}]`)
  if (got.length !== expected.length) return failed(`has ${got.length} numbers, expected ${expected.length}`)
  let maxAbsError = 0
  let strain = 0
  let outliers = 0
  const { abs, rel, outliers: allowed } = tolerance
  for (let i = 0; i < got.length; i++) {
    const wanted = Number(expected[i])
    const error = Math.abs(Number(got[i]) - wanted)
    if (Number.isNaN(error)) return failed(`is ${got[i]} at ${i}, expected ${wanted}`)
    if (error === 0) continue
    maxAbsError = Math.max(maxAbsError, error)
    const share = error / (abs + rel * Math.abs(wanted)) // infinite where nothing is allowed
    if (share > 1 && allowed && error <= allowed.abs) outliers++
    else strain = Math.max(strain, share)
  }
  if (allowed) strain = Math.max(strain, outliers / (allowed.share * got.length))
  return { tensor, maxAbsError, tolerance, strain }
}
