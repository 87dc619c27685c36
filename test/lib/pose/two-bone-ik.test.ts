import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Point, twoBoneIk } from '../../../nodes/lib/pose/two-bone-ik'

const distance = (p: Point, q: Point) => Math.hypot(p.x - q.x, p.y - q.y)
const point = fc.record({
  x: fc.double({ min: -500, max: 500, noNaN: true }),
  y: fc.double({ min: -500, max: 500, noNaN: true }),
})
const turnOf = (root: Point, middle: Point, end: Point) =>
  (end.x - root.x) * (middle.y - root.y) - (end.y - root.y) * (middle.x - root.x)

it('both bones keep their lengths, wherever the target is', () => {
  fc.assert(
    fc.property(point, point, point, point, (root, middle, end, target) => {
      const bent = twoBoneIk(root, middle, end, target, false)
      expect(Math.abs(distance(root, bent.middle) - distance(root, middle))).toBeLessThan(1e-3)
      expect(Math.abs(distance(bent.middle, bent.end) - distance(middle, end))).toBeLessThan(1e-3)
    }),
    { numRuns: 500, seed: 7 },
  )
})

it('the end is on the target when it is in reach, or on the way there', () => {
  fc.assert(
    fc.property(point, point, point, point, (root, middle, end, target) => {
      const [l1, l2, d] = [distance(root, middle), distance(middle, end), distance(root, target)]
      const bent = twoBoneIk(root, middle, end, target, false)
      const short = Math.max(0, d - l1 - l2, Math.abs(l1 - l2) - d)
      expect(distance(bent.end, target)).toBeLessThan(short + 1e-3)
      if (d > l1 + l2 || l1 + l2 < 1) return
      expect(distance(twoBoneIk(root, middle, end, target, true).end, target)).toBeLessThan(short + 1e-3)
    }),
    { numRuns: 500, seed: 8 },
  )
})

it('with stretch a far target is reached and the bones keep their ratio', () => {
  const bent = twoBoneIk({ x: 0, y: 0 }, { x: 0, y: 30 }, { x: 20, y: 30 }, { x: 100, y: 0 }, true)
  expect(bent.end.x).toBeCloseTo(100, 6)
  expect(distance({ x: 0, y: 0 }, bent.middle) / distance(bent.middle, bent.end)).toBeCloseTo(1.5, 6)
})

it('the elbow stays on its side', () => {
  fc.assert(
    fc.property(point, point, point, point, (root, middle, end, target) => {
      const before = turnOf(root, middle, end)
      const { middle: m, end: e } = twoBoneIk(root, middle, end, target, false)
      if (Math.abs(before) < 1) return
      expect(turnOf(root, m, e) * Math.sign(before)).toBeGreaterThan(-1e-3)
    }),
    { numRuns: 500, seed: 9 },
  )
})

it('a target that is the end itself moves nothing', () => {
  const [root, middle, end] = [
    { x: 5, y: 6 },
    { x: 40, y: 80 },
    { x: 90, y: 60 },
  ]
  const bent = twoBoneIk(root, middle, end, end, false)
  expect(distance(bent.middle, middle)).toBeLessThan(1e-9)
  expect(distance(bent.end, end)).toBeLessThan(1e-9)
})
