import { expect, it } from 'vitest'
import { adanState, adanStep, SMGA_ADAN } from '../../models/training/adan'
import { smgaLoss } from '../../models/training/smga-loss'

it('the optimiser only decays the weights in its first step, and then goes downhill', () => {
  const weights = Float32Array.of(4, -2)
  const state = adanState(2)
  const options = { ...SMGA_ADAN, learningRate: 0.1 }
  adanStep(
    weights,
    weights.map((w) => 2 * w),
    state,
    options,
  )
  expect([...weights]).toEqual([4, -2].map((w) => Math.fround(w / (1 + 0.1 * 0.02))))
  for (let i = 0; i < 400; i++)
    adanStep(
      weights,
      weights.map((w) => 2 * w),
      state,
      options,
    )
  expect(Math.max(...weights.map(Math.abs))).toBeLessThan(0.1)
})

it('a motion that is shifted as a whole is wrong in place alone, not in velocity', () => {
  const [frames, values] = [4, 402]
  const target = new Float32Array(2 * frames * values)
  const terms = smgaLoss(
    target.map(() => 0.5),
    target,
    { frames, values },
  )
  expect(terms).toEqual([0.25, 0, 0, 0.75, 0, 0])
  const faceOnly = target.map((_, i) => Number(i % values >= 72 && i % values < 276))
  expect(smgaLoss(faceOnly, target, { frames, values })[3]).toBe(3)
})
