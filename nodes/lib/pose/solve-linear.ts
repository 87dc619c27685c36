/** In the place of a pivot of 0, so that a singular system gives large numbers and no NaN. */
const LEAST_PIVOT = 1e-12

/**
 * Solves a system of linear equations. @param matrix n rows of n
 * @param right n values
 */
export function solveLinear(matrix: readonly number[][], right: readonly number[]): number[] {
  const solution = Float64Array.from(right)
  solveInPlace(Float64Array.from(matrix.flat()), [solution])
  return [...solution]
}

/**
 * Gauss's elimination with the largest pivot of the column, for several right sides at once. Both are overwritten, the
 * right sides by their solutions.
 *
 * @param matrix [n, n]
 * @param rights [n] each
 */
export function solveInPlace(matrix: Float64Array, rights: readonly Float64Array[]): void {
  const n = rights[0].length
  for (let column = 0; column < n; column++) {
    swapRows(matrix, rights, column, pivotOf(matrix, n, column))
    const inverse = 1 / (matrix[column * n + column] || LEAST_PIVOT)
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column] * inverse
      if (factor === 0) continue
      for (let k = column + 1; k < n; k++) matrix[row * n + k] -= factor * matrix[column * n + k]
      for (const right of rights) right[row] -= factor * right[column]
    }
  }
  for (const right of rights) substituteBack(matrix, right)
}

function pivotOf(matrix: Float64Array, n: number, column: number): number {
  let pivot = column
  for (let row = column + 1; row < n; row++)
    if (Math.abs(matrix[row * n + column]) > Math.abs(matrix[pivot * n + column])) pivot = row
  return pivot
}

/** What lies left of the diagonal is never read again. */
function swapRows(matrix: Float64Array, rights: readonly Float64Array[], a: number, b: number): void {
  if (a === b) return
  const n = rights[0].length
  for (let k = a; k < n; k++) [matrix[a * n + k], matrix[b * n + k]] = [matrix[b * n + k], matrix[a * n + k]]
  for (const right of rights) [right[a], right[b]] = [right[b], right[a]]
}

function substituteBack(matrix: Float64Array, right: Float64Array): void {
  const n = right.length
  for (let row = n - 1; row >= 0; row--) {
    let sum = right[row]
    for (let k = row + 1; k < n; k++) sum -= matrix[row * n + k] * right[k]
    right[row] = sum * (1 / (matrix[row * n + row] || LEAST_PIVOT))
  }
}
