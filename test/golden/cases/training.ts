import { z } from 'zod'
import { smgaGraph, timeWave } from '../../../models/networks/smga'
import { cosineSchedule } from '../../../models/schedulers/motion-ddim'
import { adanState, adanStep } from '../../../models/training/adan'
import { type Slice, sliceAudio, sliceFeatures, slicePoses } from '../../../models/training/clip-slices'
import { addNoise, smgaLoss } from '../../../models/training/smga-loss'
import { type Numbers, runGraph, weightTable } from '../../support/run-graph'
import { type Comparison, EXACT } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

const sizes = z.object({
  config: z.looseObject({ nfeats: z.int(), latent_dim: z.int(), num_layers: z.int(), num_heads: z.int() }),
})

async function smgaTrainLoss(folder: GoldenFolder): Promise<Comparison[]> {
  const {
    nfeats: values,
    latent_dim: width,
    num_layers: layers,
    num_heads: heads,
  } = folder.read(sizes).config
  const { x_start, cond_frame: start, cond_embed: audio, t, noise } = folder.inputs()
  const [clean, fresh] = [x_start, noise].map(({ data }) => data as Float32Array)
  const time = Number(t.data[0])
  const noisy = addNoise(clean, fresh, cosineSchedule().alphasCumprod[time])
  const weights = folder.sibling('smga_tiny_forward').weights() as Record<string, Numbers>
  const x = { shape: x_start.shape, data: noisy }
  const feeds: Record<string, unknown> = {
    x,
    start,
    audio,
    time: { shape: [1, width], data: timeWave([time], width) },
  }
  const lossOf = async (rows: 'conditional' | 'unconditional') => {
    const { graph } = smgaGraph(weightTable(weights), { layers, heads, conditionLayers: 2 }, rows)
    const inputs = Object.fromEntries(graph.inputs.map((name) => [name, feeds[name] as Numbers]))
    const { motion } = await runGraph(graph, inputs, weights)
    const terms = smgaLoss(Float32Array.from(motion.data), clean, { frames: x_start.shape[1], values })
    return { motion, terms, total: terms.reduce((sum, term) => sum + term) }
  }
  const [conditional, unconditional] = [await lossOf('conditional'), await lossOf('unconditional')]
  folder.leaveOut('1 at every time', 'p2_loss_weight')
  return [
    folder.compare('x_noisy', noisy),
    folder.compare('model_out_cond', conditional.motion),
    folder.compare('terms_cond', conditional.terms),
    folder.compare('total_cond', [conditional.total]),
    folder.compare('terms_uncond', unconditional.terms),
    folder.compare('total_uncond', [unconditional.total]),
  ]
}

const optimiser = z.object({
  config: z.looseObject({
    betas: z.tuple([z.number(), z.number(), z.number()]),
    eps: z.number(),
    weight_decay: z.number(),
  }),
})

/** ½ pᵀA p - bᵀp + Σ (0.1 q³ + q²), by steps of the optimiser at the rate of an output's name: `lr0.05.p`. */
function descend(folder: GoldenFolder, prefix: string): Comparison[] {
  const { betas, eps, weight_decay: weightDecay } = folder.read(optimiser).config
  const options = { learningRate: Number(prefix.slice(2)), betas, eps, weightDecay }
  const inputs = folder.inputs()
  const [matrix, b] = ['A', 'b'].map((name) => inputs[name].data as Float32Array)
  const [p, q] = ['p0', 'q0'].map((name) => Float32Array.from(inputs[name].data as Float32Array))
  const states = { p: adanState(p.length), q: adanState(q.length) }
  const product = () =>
    p.map((_, i) => p.reduce((sum, value, j) => sum + matrix[i * p.length + j] * value, 0))
  const rows: Record<string, number[]> = { p: [...p], q: [...q], grad_p: [], grad_q: [], loss: [] }
  const steps = folder.outputs()[`${prefix}.p`].shape[0] - 1
  for (let step = 0; step < steps; step++) {
    const ap = product()
    const gradients = {
      p: ap.map((value, i) => value - b[i]),
      q: q.map((value) => 0.3 * value ** 2 + 2 * value),
    }
    const ofP = p.reduce((sum, value, i) => sum + value * (ap[i] / 2 - b[i]), 0)
    rows.loss.push(q.reduce((sum, value) => sum + 0.1 * value ** 3 + value ** 2, ofP))
    rows.grad_p.push(...gradients.p)
    rows.grad_q.push(...gradients.q)
    adanStep(p, gradients.p, states.p, options)
    adanStep(q, gradients.q, states.q, options)
    rows.p.push(...p)
    rows.q.push(...q)
  }
  const { gradient, change, square } = states.p
  const results: Record<string, ArrayLike<number>> = {
    ...rows,
    state_m: gradient,
    state_v: change,
    state_n: square,
  }
  return Object.keys(folder.outputs())
    .filter((tensor) => tensor.startsWith(`${prefix}.`))
    .map((tensor) => folder.compare(tensor, results[tensor.slice(prefix.length + 1)]))
}

async function adan(folder: GoldenFolder): Promise<Comparison[]> {
  const prefixes = Object.keys(folder.outputs()).flatMap((tensor) => /^(lr.+)\.p$/.exec(tensor)?.[1] ?? [])
  return prefixes.flatMap((prefix) => descend(folder, prefix))
}

const cut = {
  stride_s: z.number(),
  length_s: z.number(),
  slices_start_and_length: z.array(z.tuple([z.int(), z.int()])),
}
const slices = z.object({
  audio: z.array(z.looseObject({ ...cut, samples: z.int(), sample_rate: z.int() })),
  features_24fps: z.array(
    z.looseObject({
      ...cut,
      function: z.enum(['slice_keypoint', 'slice_wavlm']),
      frames: z.int(),
      max_slices: z.int(),
    }),
  ),
})

/** The expected numbers stand in case.json. */
async function slicing(folder: GoldenFolder): Promise<Comparison[]> {
  const { audio, features_24fps: features } = folder.read(slices)
  const compare = (
    tensor: string,
    got: Slice[],
    { slices_start_and_length: expected }: { slices_start_and_length: number[][] },
  ): Comparison => ({
    tensor,
    got: got.flatMap(({ start, length }) => [start, length]),
    expected: expected.flat(),
    tolerance: EXACT,
  })
  const options = ({ stride_s, length_s }: { stride_s: number; length_s: number }) => ({
    strideSeconds: stride_s,
    lengthSeconds: length_s,
  })
  return [
    ...audio.map((each, i) =>
      compare(`audio ${i}`, sliceAudio(each.samples, each.sample_rate, options(each)), each),
    ),
    ...features.map((each, i) => {
      const slice = each.function === 'slice_keypoint' ? slicePoses : sliceFeatures
      return compare(`features ${i}`, slice(each.frames, options(each), each.max_slices), each)
    }),
  ]
}

export const trainingCases: Record<string, GoldenRunner> = { adan, slicing, smga_train_loss: smgaTrainLoss }
