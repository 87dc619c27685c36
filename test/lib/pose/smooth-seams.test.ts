import { expect, it } from 'vitest'
import { smoothSeams } from '../../../nodes/lib/pose/smooth-seams'

const motion = (frames: number, value: (frame: number) => number) =>
  Float32Array.from({ length: frames }, (_, frame) => value(frame))

it('a motion that is a cubic already is left as it is, one that jumps is bent around the jump alone', () => {
  const cubic = motion(40, (t) => ((t - 20) / 10) ** 3 - t / 5)
  const same = smoothSeams(cubic, 1, [20])
  expect(Math.max(...same.map((value, i) => Math.abs(value - cubic[i])))).toBeLessThan(1e-6)

  const jump = motion(40, (t) => Number(t >= 20))
  const bent = smoothSeams(jump, 1, [20])
  const changed = [...bent.keys()].filter((i) => Math.abs(bent[i] - jump[i]) > 1e-6)
  expect([changed[0], changed.at(-1)]).toEqual([15, 24]) // 13, 14 and 25, 26 are knots
  expect(Math.max(...bent.subarray(1).map((value, i) => Math.abs(value - bent[i])))).toBeLessThan(0.2)
})

it('a seam whose curve would start before the motion or end behind it stays as it is', () => {
  const jumps = motion(20, (t) => Number(t >= 7) + Number(t >= 13))
  expect(smoothSeams(jumps, 1, [7, 13])).toEqual(jumps)
  expect(smoothSeams(jumps, 1, [12])).not.toEqual(jumps)
})
