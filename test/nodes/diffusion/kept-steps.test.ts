import { expect, it } from 'vitest'
import { Checkpoint } from '../../../nodes/lib/diffusion/checkpoint'
import { KeptSteps } from '../../../nodes/lib/diffusion/kept-steps'
import { type Stepwise, stepPlan } from '../../../nodes/lib/diffusion/step-plan'
import { tempFolder } from '../../support/engine'

const STEPS = 30
const settings: Stepwise = {
  ...{ guidance: 3.5, motionScaleFull: 1, motionScaleFace: 1, motionScaleLips: 2 },
  ...{ changes: [], guideFrom: 0, guideTo: 1, unconditionalEvery: 1 },
}

/** After which steps a run of a video with latents of so many bytes keeps its state. */
async function keptOf(bytes: number, more: Partial<Stepwise> = {}): Promise<number[]> {
  const told = { ...settings, ...more, steps: STEPS }
  const plan = stepPlan(told)
  const written: number[] = []
  const kept = new KeptSteps((steps) => {
    const checkpoint = new Checkpoint(tempFolder(), 'x', 1, 'kept')
    checkpoint.write = async () => void written.push(steps.length)
    return checkpoint
  })
  const latents = { length: bytes / 4, byteLength: bytes } as Float32Array // only its size counts here
  for (let done = 1; done <= STEPS; done++) await kept.keep({ done, latents }, plan, told)
  return written
}

it('of a short video the state after every step but the last is kept', async () => {
  expect(await keptOf(5e6)).toEqual(Array.from({ length: STEPS - 1 }, (_, i) => i + 1))
})

it('of a longer one as many as fit, evenly', async () => {
  expect(await keptOf(16.4e6)).toEqual([2, 4, 6, 8, 9, 11, 13, 15, 16, 18, 20, 22, 23, 25, 27, 29])
})

it('of a long one those after each quarter of the steps, and before each change', async () => {
  expect(await keptOf(98e6)).toEqual([8, 15, 23])
  expect(await keptOf(98e6, { changes: [{ step: 28, guidance: 2 }] })).toEqual([8, 15, 23, 27])
})
