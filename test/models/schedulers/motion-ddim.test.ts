import { expect, it } from 'vitest'
import { motionStep, motionSteps, sampleMotion } from '../../../models/schedulers/motion-ddim'
import { seededNoise } from '../../../models/schedulers/seeded-noise'

it.each([1, 7, 30, 50, 1000])(
  '%i steps go from the last time to the end, each to where the next starts',
  (count) => {
    const steps = motionSteps(count)
    expect(steps).toHaveLength(count)
    expect(steps[0].t).toBe(999)
    expect(steps.slice(1).map(({ t }) => t)).toEqual(steps.slice(0, -1).map(({ next }) => next))
    expect(steps.at(-1)).toMatchObject({ next: -1, alphaNext: 1, sigma: 0, noiseScale: 0 })
  },
)

it('a sampler whose network knows the answer ends with it, whatever the noise', async () => {
  const answer = Float32Array.of(0.5, -0.25, 1)
  const motion = await sampleMotion(3, async () => answer, seededNoise(3))
  expect([...motion]).toEqual([...answer])
})

it('without fresh noise a step keeps the noise that is in x, with less of it', () => {
  const [step] = motionSteps(10, 0).slice(5)
  const [x0, noise] = [0.5, 1.25]
  const x = Float32Array.of(Math.sqrt(step.alpha) * x0 + Math.sqrt(1 - step.alpha) * noise)
  const next = motionStep(x, Float32Array.of(x0), step, new Float32Array(1))
  expect(next[0]).toBeCloseTo(Math.sqrt(step.alphaNext) * x0 + Math.sqrt(1 - step.alphaNext) * noise, 6)
})

it('what the network predicts is clipped, and a step that needs noise says so', () => {
  const steps = motionSteps(2)
  expect([...motionStep(Float32Array.of(0), Float32Array.of(3), steps[1])]).toEqual([1])
  expect(() => motionStep(Float32Array.of(0), Float32Array.of(3), steps[0])).toThrow('needs fresh noise')
})
