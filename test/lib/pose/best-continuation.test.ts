import { expect, it } from 'vitest'
import { bestContinuation } from '../../../nodes/lib/pose/best-continuation'

/** Two values that move by (vx, vy) per frame from `start`. */
const line = (start: number, vx: number, vy: number) =>
  Float32Array.from({ length: 20 }, (_, i) => start + Math.floor(i / 2) * (i % 2 === 0 ? vx : vy))

it('the motion that starts where the last one ended and moves the same way continues it', () => {
  const last = line(0, 0.1, 0.2)
  const far = line(30, 0.1, 0.2)
  const turned = line(1, 0.2, -0.4)
  const near = line(1, 0.1, 0.2)
  expect(bestContinuation(last, [far, turned, near], 2)).toBe(2)
  expect(bestContinuation(last, [near, near], 2)).toBe(0)
})

it('a motion that stands still has no direction and never wins', () => {
  const last = line(0, 0.1, 0.2)
  expect(bestContinuation(last, [line(1, 0, 0), line(9, 0.1, 0.2)], 2)).toBe(1)
  expect(bestContinuation(last, [line(1, 0, 0)], 2)).toBe(-1)
})
