import { z } from 'zod'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { alphasCumprod, type NoiseScheduleOptions } from '../../../models/schedulers/noise-schedule'
import { cleanOf, type SamplerOptions, samplingTimes } from '../../../models/schedulers/sampler'
import { type Comparison, EXACT, type Tolerance } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

/** A scheduler in the words of diffusers' configuration files. */
export const schedulerConfig = z.object({
  beta_start: z.number(),
  beta_end: z.number(),
  beta_schedule: z.enum(['linear', 'scaled_linear']).default('linear'),
  prediction_type: z.enum(['v_prediction', 'epsilon']).default('epsilon'),
  rescale_betas_zero_snr: z.boolean().default(false),
  timestep_spacing: z.enum(['trailing', 'leading']).default('leading'),
  steps_offset: z.literal(1),
  clip_sample: z.literal(false),
})
type SchedulerConfig = z.infer<typeof schedulerConfig>

export function samplerOf(config: SchedulerConfig, steps: number): SamplerOptions {
  const options: NoiseScheduleOptions = {
    betaStart: config.beta_start,
    betaEnd: config.beta_end,
    curve: config.beta_schedule,
    zeroTerminalSnr: config.rescale_betas_zero_snr,
  }
  return {
    alphas: alphasCumprod(options),
    steps,
    prediction: config.prediction_type === 'v_prediction' ? 'velocity' : 'noise',
    spacing: config.timestep_spacing,
  }
}

/** The original multiplies 1000 float32 numbers up and divides them again; ours are float64. */
const TABLES: Tolerance = { abs: 2e-6, rel: 2e-5 }

async function ddimCase(folder: GoldenFolder): Promise<Comparison[]> {
  const { config, trailing_timesteps_by_steps } = folder.read(
    z.object({
      config: z.record(z.string(), z.looseObject({ config: schedulerConfig })),
      trailing_timesteps_by_steps: z.record(z.string(), z.array(z.int())).default({}),
    }),
  )
  const spaced: SamplerOptions = {
    alphas: alphasCumprod(),
    steps: 1,
    prediction: 'velocity',
    spacing: 'trailing',
  }
  const allTimes = Object.entries(trailing_timesteps_by_steps)
    .map(([count, times]) => [Number(count), times.filter((t) => t >= 0)] as const) // one count has a last time of -1
    .map(([steps, expected]) => ({
      tensor: `times of ${steps} steps`,
      got: samplingTimes({ ...spaced, steps }),
      expected,
      tolerance: EXACT,
    }))
  const runs = Object.entries(config).flatMap(([name, { config: settings }]) => {
    const { alphas } = samplerOf(settings, 1)
    const betas = alphas.map((left, i) => 1 - left / (i === 0 ? 1 : alphas[i - 1]))
    const counts = Object.keys(folder.outputs())
      .map((tensor) => tensor.split('.'))
      .filter(([of, what]) => of === name && what === 'timesteps')
      .map(([, , count]) => Number(count))
    return [
      folder.compare(`${name}.betas`, betas, TABLES),
      folder.compare(`${name}.alphas_cumprod`, alphas, TABLES),
      ...counts.flatMap((count) => trajectory(folder, name, samplerOf(settings, count))),
    ]
  })
  return [...allTimes, ...runs]
}

/** Step k is given model_output.(k mod as many as there are). */
function trajectory(folder: GoldenFolder, name: string, options: SamplerOptions): Comparison[] {
  const inputs = folder.inputs()
  const outputs = Object.keys(inputs).filter((key) => key.startsWith('model_output.'))
  const sampler = ddim(options)
  const states: Float32Array[] = []
  let x = inputs.sample.data as Float32Array
  for (const [k] of sampler.times.entries()) {
    x = sampler.step(k, x, inputs[`model_output.${k % outputs.length}`].data as Float32Array)
    states.push(x)
  }
  const run = `${name}.${options.steps}`
  const [first] = outputs
  const alpha = options.alphas[sampler.times[0]]
  const [start, said] = [inputs.sample, inputs[first]].map(({ data }) => data as Float32Array)
  return [
    folder.compare(`${name}.timesteps.${options.steps}`, sampler.times, EXACT),
    folder.compare(`${run}.x0_after_step0`, cleanOf(start, said, alpha, options.prediction)),
    folder.compare(`${run}.x_final`, x),
    ...states.flatMap((state, k) => {
      const tensor = `${run}.x_after_step${k}`
      return Object.keys(folder.outputs()).includes(tensor) ? [folder.compare(tensor, state)] : []
    }),
  ]
}

async function windows(folder: GoldenFolder): Promise<Comparison[]> {
  const { windows: all } = folder.read(z.object({ windows: z.record(z.string(), z.array(z.array(z.int()))) }))
  return Object.entries(all).map(([frames, expected]) => ({
    tensor: `windows of ${frames}`,
    got: contextWindows(Number(frames)).flat(),
    expected: expected.flat(),
    tolerance: EXACT,
  }))
}

export const diffusionCases: Record<string, GoldenRunner> = { context_windows: windows, ddim: ddimCase }
