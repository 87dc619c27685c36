import { expect, it } from 'vitest'
import {
  driftNoise,
  fnv1a,
  minimumJerk,
  mix,
  randomStream,
} from '../../../../nodes/lib/pose/procedural/random'

it('the hash and the streams give the published check values', () => {
  // Stage 1 reference of the procedural gestures, section 3.
  expect(fnv1a('gesture').toString(16)).toBe('655cb894')
  expect(mix(1).toString(16)).toBe('688990c0')
  const gesture = randomStream(1, 'gesture')
  const expected = [0.719360168, 0.37312263, 0.825918011, 0.765803448]
  expected.forEach((value, i) => void expect(gesture.uniform(i)).toBeCloseTo(value, 8))
  expect(randomStream(1, 'blink').uniform(0)).toBeCloseTo(0.349577744, 8)
  expect(randomStream(1, 'blink').uniform(1)).toBeCloseTo(0.905963351, 8)
  expect(randomStream(7, 'idle/sway/0').uniform(0)).toBeCloseTo(0.470664241, 8)
  expect(randomStream(7, 'idle/sway/0').uniform(1)).toBeCloseTo(0.932698795, 8)
})

it('uniform values fill [0, 1) evenly and the bell stays within ±3', () => {
  const stream = randomStream(5, 'test')
  const bins = new Array(10).fill(0)
  for (let i = 0; i < 10_000; i++) bins[Math.floor(10 * stream.uniform(i))]++
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150)
  let square = 0
  for (let i = 0; i < 3000; i++) {
    expect(Math.abs(stream.bell(i))).toBeLessThanOrEqual(3)
    square += stream.bell(i) ** 2
  }
  expect(Math.sqrt(square / 3000)).toBeCloseTo(1, 1)
})

it('drift noise is smooth, stays within ±2.5 and does not depend on the order of questions', () => {
  const noise = driftNoise(3, 'test', 0.1)
  const values = Array.from({ length: 6000 }, (_, i) => noise(i / 100))
  for (let i = 1; i < values.length; i++) expect(Math.abs(values[i] - values[i - 1])).toBeLessThan(0.06)
  expect(Math.max(...values.map(Math.abs))).toBeLessThan(2.5)
  expect(noise(12.34)).toBe(driftNoise(3, 'test', 0.1)(12.34))
})

it('minimum jerk goes from 0 to 1, symmetrically, and stays there', () => {
  expect([-1, 0, 0.5, 1, 2].map(minimumJerk)).toEqual([0, 0, 0.5, 1, 1])
  expect(minimumJerk(0.3) + minimumJerk(0.7)).toBeCloseTo(1, 12)
})
