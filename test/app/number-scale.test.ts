import { describe, expect, it } from 'vitest'
import { clampToScale, formatNumber, rangeProblem, stepBy, stepFactor } from '../../app/_ui/number-scale'

const scale = { min: 0, max: 2, step: 0.05 }

describe('scrubbing a number', () => {
  it('moves one step a pixel, ten with Shift, a tenth with Alt', () => {
    const drag = (pixels: number, keys: { shift?: boolean; alt?: boolean } = {}) => {
      const modifiers = { shift: false, alt: false, ...keys }
      return stepBy(1, pixels * stepFactor(modifiers), modifiers.alt, scale)
    }
    expect(drag(3)).toBe(1.15)
    expect(drag(-2, { shift: true })).toBe(0)
    expect(drag(3, { alt: true })).toBe(1.015)
  })

  it('stays inside the range and on whole numbers', () => {
    expect(stepBy(1.9, 40, false, scale)).toBe(2)
    expect(stepBy(4, 0.6, true, { integer: true, min: 1 })).toBe(5)
    expect(clampToScale(-3, { integer: true, min: 1 })).toBe(1)
  })

  it('collects no rounding errors on the way', () => {
    let value = 0
    for (let step = 0; step < 30; step++) value = stepBy(value, 1, false, { step: 0.1 })
    expect(value).toBe(3)
  })
})

it('a number is written with the digits of its step, and more only when it has them', () => {
  expect(formatNumber(1, scale)).toBe('1.00')
  expect(formatNumber(1.015, scale)).toBe('1.015')
  expect(formatNumber(25, { integer: true })).toBe('25')
  expect(formatNumber(1e-5, { step: 1e-5 })).toBe('0.00001')
})

it('a number out of range is refused with the bound and its unit', () => {
  expect(rangeProblem(0, 'Steps', { min: 1, integer: true })).toBe('Steps is at least 1.')
  expect(rangeProblem(90, 'End', { max: 80 }, 'f')).toBe('End is at most 80 f.')
  expect(rangeProblem(2.5, 'Steps', { integer: true })).toBe('Steps is a whole number; 2.5 is not.')
  expect(rangeProblem(1, 'Steps', { min: 1 })).toBeUndefined()
})
