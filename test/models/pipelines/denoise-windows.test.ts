import { describe, expect, it } from 'vitest'
import {
  type DenoiseState,
  denoiseWindows,
  framesOf,
  type StepRows,
} from '../../../models/pipelines/denoise-windows'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { dpmSolver } from '../../../models/schedulers/dpm-solver'
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

  const SAMPLERS = { ddim, dpmSolver }
  it.each(['ddim', 'dpmSolver'] as const)(
    'goes on from any step as if it had never stopped: %s',
    async (name) => {
      const make = () => SAMPLERS[name]({ alphas, steps: 6, prediction: 'velocity', spacing: 'trailing' })
      const states: DenoiseState[] = []
      const common = {
        ...{ windows, guidance: 3.5 },
        rowsOf: (step: number): StepRows => (step % 3 === 0 ? 'both' : 'kept'),
        predict: async (x: Float32Array, _: unknown, t: number, rows: StepRows) => {
          const row = (share: number) => x.map((value) => value * share + t / 5000)
          return rows === 'both' ? twoRows(row(0.1), row(0.3)) : row(0.3)
        },
      }
      const sampler = make()
      const onStep = (state: DenoiseState) => void states.push(state)
      const whole = await denoiseWindows(start, FRAMES, { ...common, sampler, onStep })
      expect(states.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6])
      for (const state of states.slice(0, -1)) {
        const again = await denoiseWindows(state.latents, FRAMES, { ...common, sampler: make(), state })
        expect(again).toEqual(whole)
      }
    },
  )

  it('asks for the unconditional row only where a step wants it', async () => {
    const asked: StepRows[] = []
    const plan: StepRows[] = ['kept', 'kept', 'conditional', 'both']
    const outputs: number[] = []
    await denoiseWindows(start, FRAMES, {
      ...{ sampler: sampler(), windows: [[...Array(FRAMES).keys()]], guidance: 2 },
      rowsOf: (step) => plan[step],
      predict: async (x, _, __, rows) => {
        asked.push(rows)
        const row = (value: number) => x.map(() => value)
        return rows === 'both' ? twoRows(row(asked.length), row(10)) : row(20)
      },
      onStep: (_, { output }) => void outputs.push(output[0]),
    })
    // Nothing is kept before the first; then 1 is kept: 1 + 2 · (20 - 1).
    expect(asked).toEqual(['both', 'kept', 'conditional', 'both'])
    expect(outputs).toEqual([1 + 2 * 9, 1 + 2 * 19, 20, 4 + 2 * 6])
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
