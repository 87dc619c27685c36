/**
 * Solves a small system of linear equations: Gauss's elimination with the largest pivot of the column.
 *
 * @param matrix n rows of n, not singular
 * @param right n values
 */
export function solveLinear(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]])
  const n = rows.length
  for (let column = 0; column < n; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column]))
    const pivot = column + below.indexOf(Math.max(...below))
    ;[rows[column], rows[pivot]] = [rows[pivot], rows[column]]
    for (let i = 0; i < n; i++) {
      if (i === column) continue
      const factor = rows[i][column] / rows[column][column]
      for (let k = column; k <= n; k++) rows[i][k] -= factor * rows[column][k]
    }
  }
  return rows.map((row, i) => row[n] / row[i])
}
