import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addDims,
  type Dim,
  divideExactly,
  evaluateDim,
  floorDivide,
  multiplyDims,
  subtractDims,
  toDim,
} from '../../../models/onnx/dims'

it('sizes that are equal are the same text, however they were written', () => {
  expect(toDim('h*2 + w')).toBe(toDim('w + h + h'))
  expect(addDims('h', 3, subtractDims(1, 'h'))).toBe(4)
  expect(multiplyDims('frames', 'b', 2)).toBe('2*b*frames')
  expect(toDim('(h + 1)*(h - 1)')).toBe('h*h - 1')
})

it('what divides evenly leaves the brackets of a floor', () => {
  expect(floorDivide(addDims(multiplyDims('h', 8), -1), 2)).toBe('4*h - 1')
  expect(floorDivide(addDims('h', -1), 2)).toBe('floor((h + 1)/2) - 1')
  expect(toDim('floor((h + 1)/2) - 1')).toBe('floor((h + 1)/2) - 1')
})

it('a size has its number once the symbols have theirs', () => {
  const size = floorDivide(addDims(multiplyDims('h', 'w'), -3), 4)
  for (const [h, w] of [
    [1, 1],
    [5, 7],
    [8, 3],
  ]) {
    expect(evaluateDim(size, { h, w })).toBe(Math.floor((h * w - 3) / 4))
  }
  expect(() => evaluateDim('2*h', { w: 1 })).toThrow('The size "h" has no value.')
})

it('division is exact or does not happen', () => {
  expect(divideExactly(multiplyDims('b', addDims('h', 1), 6), multiplyDims('b', 3))).toBe('2*h + 2')
  expect(divideExactly('h', 2)).toBeUndefined()
  expect(divideExactly('h', 'w')).toBeUndefined()
})

it('text that is no size is refused', () => {
  for (const text of ['h +', '2 $', '(h', 'floor(h)', '']) expect(() => toDim(text)).toThrow('is not a size')
})

/** A size, and the same computed with numbers. */
type Sized = { dim: Dim; value: number }
const bindings = { h: 5, w: 3, frames: 12 }
const { sized } = fc.letrec<{ sized: Sized }>((tie) => ({
  sized: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: -4, max: 9 }).map((value) => ({ dim: value, value })),
    fc.constantFrom('h', 'w', 'frames').map((dim) => ({ dim, value: bindings[dim as 'h'] })),
    fc
      .tuple(tie('sized'), tie('sized'))
      .map(([a, b]) => ({ dim: addDims(a.dim, b.dim), value: a.value + b.value })),
    fc
      .tuple(tie('sized'), tie('sized'))
      .map(([a, b]) => ({ dim: multiplyDims(a.dim, b.dim), value: a.value * b.value })),
    fc
      .tuple(tie('sized'), fc.integer({ min: 1, max: 5 }))
      .map(([a, n]) => ({ dim: floorDivide(a.dim, n), value: Math.floor(a.value / n) })),
  ),
}))

it('whatever is computed with sizes is the same with the numbers of their symbols', () => {
  fc.assert(
    fc.property(sized, ({ dim, value }) => {
      expect(evaluateDim(dim, bindings) + 0).toBe(value + 0)
      expect(toDim(dim)).toBe(dim)
      expect(subtractDims(dim, dim)).toBe(0)
    }),
    { numRuns: 1000 },
  )
})

it('the text of a size reads back as the same size', () => {
  fc.assert(
    fc.property(sized, ({ dim }) => {
      // A sum in brackets is new text, so it is parsed and not remembered.
      expect(toDim(`(${dim})*1 + 0`)).toBe(dim)
    }),
    { numRuns: 1000 },
  )
})
