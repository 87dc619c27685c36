import fc from 'fast-check'
import { expect, it } from 'vitest'
import { solveInPlace, solveLinear } from '../../../nodes/lib/pose/solve-linear'

const entry = fc.double({ min: -1, max: 1, noNaN: true })
/** Far from singular: the diagonal outweighs the rest. */
const system = fc
  .integer({ min: 1, max: 8 })
  .chain((n) =>
    fc.tuple(
      fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
      fc.array(entry, { minLength: n, maxLength: n }),
    ),
  )

it('what it finds solves the equations', () => {
  fc.assert(
    fc.property(system, ([rows, right]) => {
      const n = right.length
      const matrix = rows.map((row, i) => row.map((value, j) => (i === (j + 1) % n ? value + 2 * n : value)))
      const found = solveLinear(matrix, right)
      for (const [i, row] of matrix.entries())
        expect(row.reduce((sum, value, j) => sum + value * found[j], 0)).toBeCloseTo(right[i], 9)
    }),
    { numRuns: 50 },
  )
})

it('solves for several right sides at once as for each alone', () => {
  const matrix = [
    [0, 2, 1],
    [1, 1, 0],
    [3, 0, 1],
  ]
  const [a, b] = [
    [1, 2, 3],
    [4, 5, 7],
  ]
  const [x, y] = [Float64Array.from(a), Float64Array.from(b)]
  solveInPlace(Float64Array.from(matrix.flat()), [x, y])
  expect([...x]).toEqual(solveLinear(matrix, a))
  expect([...y]).toEqual(solveLinear(matrix, b))
})
