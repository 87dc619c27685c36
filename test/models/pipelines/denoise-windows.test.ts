import { describe, expect, it } from 'vitest'
import { denoiseWindows, framesOf } from '../../../models/pipelines/denoise-windows'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { alphasCumprod } from '../../../models/schedulers/noise-schedule'
import { seededNoise } from '../../../models/schedulers/seeded-noise'

const [FRAMES, SIZE] = [20, 16]
const alphas = alphasCumprod()
const sampler = () => ddim({ alphas, steps: 4, prediction: 'velocity', spacing: 'trailing' })
const start = seededNoise(1)(FRAMES * SIZE)
const windows = contextWindows(FRAMES)
/** A network that sees each frame alone. */
const tenth = async (x: Float32Array) => x.map((value) => value / 10)
const twoRows = (unconditional: Float32Array, conditional: Float32Array) =>
  Float32Array.from([...unconditional, ...conditional])

describe('denoising in windows', () => {
  it('frames in several windows count once', async () => {
    const common = { sampler: sampler(), guidance: 3.5 }
    const one = await denoiseWindows(start, FRAMES, {
      ...common,
      windows: [Array.from({ length: FRAMES }, (_, i) => i)],
      predict: tenth,
    })
    const many = await denoiseWindows(start, FRAMES, { ...common, windows, predict: tenth })
    for (const [i, value] of one.entries()) expect(many[i]).toBeCloseTo(value, 5)
  })

  it('frames arrive in the order of their window, also across the end of the video', async () => {
    const firsts: number[][] = []
    await denoiseWindows(
      start.map((_, i) => Math.floor(i / SIZE)),
      FRAMES,
      {
        ...{
          sampler: ddim({ alphas, steps: 1, prediction: 'velocity', spacing: 'trailing' }),
          windows,
          guidance: 1,
        },
        predict: async (x) => {
          firsts.push([...x].filter((_, i) => i % SIZE === 0))
          return x
        },
      },
    )
    expect(firsts).toEqual(windows)
    expect(framesOf(Float32Array.of(1, 2, 3, 4), [1, 0], 2)).toEqual(Float32Array.of(3, 4, 1, 2))
  })

  it('guidance goes from the row that knows nothing beyond the one that knows all; one row is taken as it is', async () => {
    const run = (predict: (x: Float32Array) => Promise<Float32Array>, guidance: number) =>
      denoiseWindows(start, FRAMES, { sampler: sampler(), windows, guidance, predict })
    const guided = await run(
      async (x) =>
        twoRows(
          x.map(() => 0.1),
          x.map(() => 0.3),
        ),
      3.5,
    )
    const alone = await run(async (x) => x.map(() => 0.1 + 3.5 * 0.2), 1)
    for (const [i, value] of alone.entries()) expect(guided[i]).toBeCloseTo(value, 5)
  })

  it('goes on from the latents of a step as if it had never stopped', async () => {
    const states: Float32Array[] = []
    const common = { sampler: sampler(), windows, guidance: 1, predict: tenth }
    const whole = await denoiseWindows(start, FRAMES, {
      ...common,
      onStep: (done, total, latents) => {
        expect(total).toBe(4)
        states[done] = latents
      },
    })
    expect(await denoiseWindows(states[2], FRAMES, { ...common, from: 2 })).toEqual(whole)
  })

  it('stops before the next window when it is cancelled', async () => {
    const controller = new AbortController()
    let asked = 0
    const run = denoiseWindows(start, FRAMES, {
      ...{ sampler: sampler(), windows, guidance: 1, signal: controller.signal },
      predict: async (x) => {
        if (++asked === 2) controller.abort()
        return x
      },
    })
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toBe(2)
  })
})
