import { expect, it } from 'vitest'
import { philox, seededNoise } from '../../../models/schedulers/seeded-noise'

it.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)('Philox gives the words that its authors publish (%j)', (counter, key, words) => {
  expect(philox(counter, key)).toEqual(words)
})

it('noise is normal, and draws go on where the last one stopped', () => {
  const all = seededNoise(42)(100_000)
  const mean = all.reduce((sum, x) => sum + x) / all.length
  const moments = [2, 3, 4].map((power) => all.reduce((sum, x) => sum + (x - mean) ** power, 0) / all.length)
  expect(Math.abs(mean)).toBeLessThan(0.01) // three standard errors
  expect(Math.abs(moments[0] - 1)).toBeLessThan(0.015)
  expect(Math.abs(moments[1])).toBeLessThan(0.025)
  expect(Math.abs(moments[2] - 3)).toBeLessThan(0.1)
  const parts = seededNoise(42)
  expect([...parts(3), ...parts(7)]).toEqual([...all.subarray(0, 10)])
})

it('seeds give different noise, also those that differ above 32 bits', () => {
  const first = (seed: number) => seededNoise(seed)(4).join()
  const seeds = [0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]
  expect(new Set(seeds.map(first)).size).toBe(seeds.length)
})
