import { z } from 'zod'
import { audioProjection } from '../../../models/networks/audio-projection'
import { clipVision } from '../../../models/networks/clip-vision'
import { denoisingUnet } from '../../../models/networks/denoising-unet'
import { poseGuider } from '../../../models/networks/pose-guider'
import { referenceUnet } from '../../../models/networks/reference-unet'
import { vaeAliases, vaeDecoder, vaeEncoder } from '../../../models/networks/vae'
import {
  decodeFrames,
  lookAtPortrait,
  type MmHaaNetworks,
  mmHaaLatents,
} from '../../../models/pipelines/mm-haa'
import type { Network, NetworkTensor } from '../../../models/runtime/network'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { openPool } from '../../support/network-files'
import type { Numbers } from '../../support/run-graph'
import { framesAsRows, rowsAsFrames } from '../../support/video-layout'
import { type Comparison, EXACT } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'
import { samplerOf, schedulerConfig } from './diffusion'
import { readVaeConfig } from './picture-encoders'
import { pictureOf } from './pictures'
import { levelsOf, unetLevels } from './unets'

const pipelineCase = z.object({
  config: z.object({
    frames: z.int(),
    steps: z.int(),
    guidance: z.number(),
    size: z.int(),
    latent: z.int(),
    motion_scale: z.tuple([z.number(), z.number(), z.number()]),
    unet: unetLevels,
    clip: z.object({ num_hidden_layers: z.int(), num_attention_heads: z.int() }),
    scheduler: schedulerConfig,
    windows: z.array(z.array(z.int())),
    timesteps: z.array(z.int()),
  }),
})

/** What a network returned when it was called for the first time. */
function remembering(network: Network): Network & { first: Record<string, NetworkTensor> } {
  const remembered = {
    first: {} as Record<string, NetworkTensor>,
    async run(...call: Parameters<Network['run']>) {
      const results = await network.run(...call)
      if (Object.keys(remembered.first).length === 0) remembered.first = { ...call[0], ...results }
      return results
    },
  }
  return remembered
}

/** Portrait, drawn poses, masks and speech features become frames, by sessions that run on the case's weight files. */
async function pipeline(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(pipelineCase)
  const { frames, size } = config
  const window = Math.min(config.windows[0].length, frames)
  const motion = folder.sibling('unet3d_full').read(
    z.object({
      config: z.object({ motion_module: z.object({ num_attention_heads: z.int(), norm_groups: z.int() }) }),
    }),
  ).config.motion_module
  const inputs = folder.inputs()
  const outputs = folder.outputs()
  const unet = {
    ...levelsOf(config.unet),
    motion: { heads: motion.num_attention_heads, groups: motion.norm_groups },
    audioTokens: outputs.audio_tokens.shape[2],
  }
  const latent = { height: config.latent, width: config.latent }
  const pixels = { height: size, width: size }
  const vae = readVaeConfig(folder.sibling('vae'))
  const heads = { layers: config.clip.num_hidden_layers, heads: config.clip.num_attention_heads }
  const { network, dispose } = openPool()
  const of = async (role: string, build: Parameters<typeof network>[1]) =>
    remembering(
      await network(folder.weightsFile(role), build, { aliases: role === 'vae' ? vaeAliases : undefined }),
    )
  const options = { ...latent, frames: window, videoFrames: window }
  const networks = {
    clip: await of('self', (table) => clipVision(table, heads)),
    vaeEncoder: await of('vae', (table) => vaeEncoder(table, vae, pixels)),
    vaeDecoder: await of('vae', (table) => vaeDecoder(table, vae, pixels)),
    referenceUnet: await of('reference_unet', (table) => referenceUnet(table, unet, latent)),
    poseGuider: await of('pose_guider', (table) => poseGuider(table, { frames: window, ...pixels })),
    audioProjection: await of('audioproj', (table) => audioProjection(table, { frames: window })),
    conditioning: await of('denoising_unet', (table) => denoisingUnet(table, unet, options).conditioning),
    step: await of('denoising_unet', (table) => denoisingUnet(table, unet, options).step),
  } satisfies MmHaaNetworks

  const features = inputs.audio_features
  const perFrame = features.data.length / frames
  const numbers = features.data as Float32Array
  /** The frames around a frame; those beyond an end are the one at the end. */
  const speech = (frame: number) => {
    const around = [-2, -1, 0, 1, 2].map((d) => Math.min(frames - 1, Math.max(0, frame + d)))
    return Float32Array.from(around.flatMap((f) => [...numbers.subarray(f * perFrame, (f + 1) * perFrame)]))
  }
  const mask = ({ shape, data }: Numbers) => {
    const planes = { shape: [...shape, 1], data: data as Uint8Array }
    return (frame: number) => pictureOf(planes, frame)
  }
  const states: Float32Array[] = []
  const sampler = ddim(samplerOf(config.scheduler, config.steps))
  const x = await mmHaaLatents(
    networks,
    {
      frames,
      ...pixels,
      portrait: await lookAtPortrait(networks, { portrait: pictureOf(inputs.ref_image_u8), ...pixels }),
      pose: (frame) => pictureOf(inputs.pose_frames_u8, frame),
      faceMask: mask(inputs.face_mask_u8),
      lipMask: mask(inputs.lip_mask_u8),
      speech,
    },
    {
      sampler,
      windows: contextWindows(frames),
      guidance: config.guidance,
      motionScale: config.motion_scale,
      maskLevels: unet.levels - 1,
      latents: Float32Array.from(framesAsRows(outputs.initial_noise).data as number[]),
      onStep: ({ latents }) => void states.push(latents),
    },
  )
  const video: Uint8Array[] = []
  for await (const picture of decodeFrames(networks.vaeDecoder, x, { frames, ...pixels }))
    video.push(picture.data)
  await dispose()

  const [, channels] = outputs.final_latents.shape
  const asVideo = (data: ArrayLike<number>) =>
    rowsAsFrames({ shape: [frames, channels, latent.height, latent.width], data }, frames)
  folder.leaveOut('torch_randn compares the generator', 'initial_noise')
  folder.leaveOut('banks keep their precision here (stage2.md §7)', 'final_latents_bank_rounded_fp16')
  return [
    { tensor: 'time steps', got: sampler.times, expected: config.timesteps, tolerance: EXACT },
    {
      tensor: 'windows',
      got: contextWindows(frames).flat(),
      expected: config.windows.flat(),
      tolerance: EXACT,
    },
    folder.compare('clip_image_embeds', networks.clip.first.image.data),
    folder.compare('reference_latents', networks.vaeEncoder.first.latents),
    ...firstWindow(folder, networks),
    ...states.map((state, k) => folder.compare(`latents_after_step.${k}`, asVideo(state))),
    folder.compare('final_latents', asVideo(x)),
    folder.compare(
      'video_frame_0',
      Array.from(networks.vaeDecoder.first.picture.data as Float32Array, (value) =>
        Math.min(1, Math.max(0, value / 2 + 0.5)),
      ),
    ),
    folder.compare(
      'video_frames_u8',
      video.flatMap((frame) => [...frame]),
      { abs: 1, rel: 0 },
    ),
  ]
}

/** What the networks were given and what they said the first time, of the frames that the first window has. */
function firstWindow(
  folder: GoldenFolder,
  {
    step,
    audioProjection,
    poseGuider,
  }: Record<'step' | 'audioProjection' | 'poseGuider', ReturnType<typeof remembering>>,
): Comparison[] {
  const outputs = folder.outputs()
  const beginning = (tensor: string, got: NetworkTensor['data'] | number[]): Comparison => {
    const expected = outputs[tensor].data
    const count = Math.min(got.length, expected.length)
    const cut = (data: Numbers['data']) => Array.from(data as ArrayLike<number>, Number).slice(0, count)
    return { tensor, got: cut(got), expected: cut(expected), tolerance: folder.tolerance(tensor) }
  }
  const pose = outputs.pose_features_frames_0_1
  const { features } = poseGuider.first
  const [, channels, frames, height, width] = pose.shape
  const size = channels * height * width
  const firstFrames = {
    shape: [frames, channels, height, width],
    data: (features.data as Float32Array).slice(0, frames * size),
  }
  const { shape } = step.first.velocity
  const rows = { shape: [shape[0] * shape[1], ...shape.slice(2)], data: step.first.velocity.data }
  const masks = Object.keys(outputs).filter((name) => /_mask\.\d$/.test(name))
  folder.leaveOut(
    'the level that nothing reads (stage2.md §17.22)',
    ...masks.filter((name) => !step.first[`masks.${name.at(-1)}`]),
  )
  return [
    folder.compare('pose_features_frames_0_1', rowsAsFrames(firstFrames, frames)),
    folder.compare('first_window_model_output', rowsAsFrames(rows, shape[1])),
    beginning('audio_tokens', audioProjection.first.tokens.data),
    ...masks.flatMap((name) => {
      const found = step.first[`masks.${name.at(-1)}`]
      if (!found) return []
      const region = ['full', 'face', 'lip'].indexOf(name.split('_')[0])
      const [f, regions, pixels] = found.shape
      const got = Array.from({ length: f }, (_, i) => [
        ...(found.data as Float32Array).subarray(
          (i * regions + region) * pixels,
          (i * regions + region + 1) * pixels,
        ),
      ]).flat()
      // Eight-bit samples, divided; bit for bit the original's (stage2.md §15.1).
      const expected = Array.from(outputs[name].data as Float32Array).slice(0, got.length)
      return [{ tensor: name, got, expected, tolerance: { abs: 1e-6, rel: 0 } }]
    }),
  ]
}

export const pipelineCases: Record<string, GoldenRunner> = { pipeline_e2e: pipeline }
