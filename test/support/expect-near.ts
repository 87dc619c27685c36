import { expect } from 'vitest'

export interface Tolerance {
  abs: number
  rel: number
}

/** Every value is within abs + rel · |value| of the original's. */
export function expectNear(
  name: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { abs, rel }: Tolerance,
): void {
  expect(actual.length, name).toBe(expected.length)
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i])
    worst = Math.max(worst, difference / (abs + rel * Math.abs(expected[i])))
  }
  expect(worst, name).toBeLessThanOrEqual(1)
}
