import { describe, expect, it } from 'vitest'
import { ddim } from '../../../models/schedulers/ddim'
import { dpmSolver } from '../../../models/schedulers/dpm-solver'
import { alphasCumprod } from '../../../models/schedulers/noise-schedule'
import type { Sampler, SamplerOptions } from '../../../models/schedulers/sampler'
import { seededNoise } from '../../../models/schedulers/seeded-noise'
import { maxAbsDiff } from '../../support/golden'

const alphas = alphasCumprod()
const options = (steps: number): SamplerOptions => ({
  alphas,
  steps,
  prediction: 'velocity',
  spacing: 'trailing',
})

/** Pictures are normal numbers around MEAN; then the best guess of the velocity is known, and where it leads. */
const [MEAN, DEVIATION] = [0.7, 0.4]
function velocity(x: Float32Array, t: number): Float32Array {
  const [signal, noise] = [Math.sqrt(alphas[t]), Math.sqrt(1 - alphas[t])]
  return x.map((value) => {
    const gain = (signal * DEVIATION ** 2) / (alphas[t] * DEVIATION ** 2 + 1 - alphas[t])
    const clean = MEAN + gain * (value - signal * MEAN)
    const eps = (value - signal * clean) / noise
    return signal * eps - noise * clean
  })
}

/** The latents at a time, and at the end. */
function run(sampler: Sampler, start: Float32Array, time = -1) {
  let [x, then] = [start, start]
  for (const [k, t] of sampler.times.entries()) {
    if (t === time) then = x
    x = sampler.step(k, x, velocity(x, t))
  }
  return { then, end: x }
}

/** Where the ideal path of a start is when the share `alpha` of a picture's power is left. */
const ideal = (start: Float32Array, alpha: number) =>
  start.map((value) => Math.sqrt(alpha) * MEAN + Math.sqrt(alpha * DEVIATION ** 2 + 1 - alpha) * value)

describe('samplers of stage 2', () => {
  const start = seededNoise(7)(64)

  it('DDIM and DPM-Solver++ 2M lead to the same picture with many steps', () => {
    const [slow, fast] = [ddim, dpmSolver].map((sampler) => run(sampler(options(1000)), start).end)
    expect(maxAbsDiff(slow, ideal(start, 1))).toBeLessThan(0.01) // 0.0092, of numbers up to 1.7
    expect(maxAbsDiff(fast, ideal(start, 1))).toBeLessThan(0.003) // 0.0029
    expect(maxAbsDiff(fast, slow)).toBeLessThan(0.007)
  })

  it('twice as many steps halve the error of DDIM and quarter that of DPM-Solver++ 2M', () => {
    const time = 99 // of 10, 20 and 40 steps; behind it both take what the network says
    const errorOf = (sampler: Sampler) =>
      maxAbsDiff(run(sampler, start, time).then, ideal(start, alphas[time]))
    for (const steps of [10, 20]) {
      const gain = (sampler: (options: SamplerOptions) => Sampler) =>
        errorOf(sampler(options(steps))) / errorOf(sampler(options(2 * steps)))
      expect(gain(ddim)).toBeCloseTo(2, 0)
      expect(gain(dpmSolver)).toBeGreaterThan(4)
    }
    expect(errorOf(dpmSolver(options(10)))).toBeLessThan(errorOf(ddim(options(40))))
  })

  it('a DPM-Solver++ run that goes on in the middle takes its first step as DDIM does', () => {
    const [whole, later] = [dpmSolver(options(10)), dpmSolver(options(10))]
    whole.step(3, start, velocity(start, whole.times[3]))
    const goneOn = later.step(4, start, velocity(start, later.times[4]))
    expect(
      maxAbsDiff(goneOn, ddim(options(10)).step(4, start, velocity(start, later.times[4]))),
    ).toBeLessThan(1e-6)
    expect(maxAbsDiff(whole.step(4, start, velocity(start, whole.times[4])), goneOn)).toBeGreaterThan(1e-3)
  })

  it('refuses a number of steps that training did not have', () => {
    expect(() => ddim(options(0))).toThrow('0 steps of 1000')
    expect(() => ddim(options(1001))).toThrow('1001 steps of 1000')
  })
})
