import { z } from 'zod'
import { cosineSchedule, motionSteps } from '../../../models/schedulers/motion-ddim'
import { bestContinuation, continuationScore } from '../../../nodes/lib/pose/best-continuation'
import { smoothSeams } from '../../../nodes/lib/pose/smooth-seams'
import type { Comparison } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

const DERIVED = [
  'sqrt_alphas_cumprod',
  'sqrt_one_minus_alphas_cumprod',
  'log_one_minus_alphas_cumprod',
  'sqrt_recip_alphas_cumprod',
  'sqrt_recipm1_alphas_cumprod',
]
const DDPM = [
  'posterior_variance',
  'posterior_log_variance_clipped',
  'posterior_mean_coef1',
  'posterior_mean_coef2',
]

async function cosine(folder: GoldenFolder): Promise<Comparison[]> {
  const { n_timestep, sampling_timesteps, eta } = folder.read(
    z.object({
      config: z.looseObject({ n_timestep: z.int(), sampling_timesteps: z.int(), eta: z.number() }),
    }),
  ).config
  const schedule = cosineSchedule(n_timestep)
  const steps = motionSteps(sampling_timesteps, eta, schedule)
  // The original says 0 of what its last step, which returns x0, does not use.
  const unlessLast = (pick: (step: (typeof steps)[0]) => number) =>
    steps.map((step) => (step.next < 0 ? 0 : pick(step)))
  folder.leaveOut(
    'functions of alphas_cumprod, taken where they are needed',
    ...DERIVED,
    'alphas_cumprod_prev',
  )
  folder.leaveOut('of a sampler that nothing uses', ...DDPM)
  folder.leaveOut('1 at every time', 'p2_loss_weight')
  return [
    folder.compare('betas', schedule.betas),
    folder.compare('alphas_cumprod', schedule.alphasCumprod),
    folder.compare(
      'ddim_times',
      steps.map(({ t }) => t),
    ),
    folder.compare(
      'ddim_times_next',
      steps.map(({ next }) => next),
    ),
    folder.compare(
      'ddim_sigma',
      unlessLast(({ sigma }) => sigma),
    ),
    folder.compare(
      'ddim_c',
      unlessLast(({ noiseScale }) => noiseScale),
    ),
    folder.compare(
      'ddim_alpha',
      steps.map(({ alpha }) => alpha),
    ),
    folder.compare(
      'ddim_alpha_next',
      steps.map(({ alphaNext }) => alphaNext),
    ),
  ]
}

/** A pose, then all motions without their last frame. */
function joined(start: Float32Array, motions: readonly Float32Array[]): Float32Array {
  const all = [start, ...motions].flatMap((motion) => [...motion])
  return Float32Array.from(all.slice(0, all.length - start.length))
}

async function motionSelection(folder: GoldenFolder): Promise<Comparison[]> {
  const { mutation_points: seams } = folder.read(
    z.object({ config: z.looseObject({ mutation_points: z.array(z.int()) }) }),
  ).config
  const inputs = folder.inputs()
  const [last, start] = ['last_motion', 'init_feature'].map((name) => inputs[name].data as Float32Array)
  const values = start.length
  const { shape, data } = inputs.candidates
  const size = data.length / shape[0]
  const candidates = Array.from({ length: shape[0] }, (_, i) =>
    (data as Float32Array).subarray(i * size, (i + 1) * size),
  )
  const scores = candidates.map((candidate) => continuationScore(last, candidate, values))
  const before = joined(start, [last, candidates[0], candidates[1]])
  const smooth = smoothSeams(before, values, seams)
  const motions: Record<string, Float32Array> = {
    origin: before,
    joined_before_smoothing: before,
    smoothed: smooth,
  }
  const parts = Object.keys(folder.outputs()).flatMap((tensor) => {
    const [, of, from, to] = /^(.+)_rows_(\d+)_(\d+)$/.exec(tensor) ?? []
    if (of) return folder.compare(tensor, motions[of].subarray(Number(from) * values, Number(to) * values))
    const [, column] = /^(.+)_col0$/.exec(tensor) ?? []
    return column
      ? folder.compare(
          tensor,
          motions[column].filter((_, i) => i % values === 0),
        )
      : []
  })
  return [
    folder.compare('best_index', [bestContinuation(last, candidates, values)]),
    folder.compare(
      'pos_score',
      scores.map(({ distance }) => distance),
    ),
    folder.compare(
      'angle_score',
      scores.map(({ angle }) => angle),
    ),
    ...parts,
  ]
}

export const motionCases: Record<string, GoldenRunner> = {
  cosine_schedule: cosine,
  motion_selection_smoothing: motionSelection,
}
