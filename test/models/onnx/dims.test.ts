import { expect, it } from 'vitest'
import {
  addDims,
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
