import { z } from 'zod'
import { defineNode, type PreparedData } from '../core/define-node'
import { optional, socket } from '../core/sockets'

/** Sides are multiples of this. */
const STEP = 64
const side = (what: string) =>
  z.int().min(STEP).max(2048).multipleOf(STEP).nullable().default(null).describe(what)
const scaleRange = z.number().min(0).max(10)
const scale = (value: number, what: string) => scaleRange.default(value).describe(what)
const guidanceRange = z.number().min(0).max(30)
const STEPS = 100
/** Values that hold from a step on. */
const change = z.strictObject({
  step: z.int().min(2).max(STEPS).default(2).describe('The first step of which this holds'),
  guidance: guidanceRange.optional(),
  motionScaleFull: scaleRange.optional(),
  motionScaleFace: scaleRange.optional(),
  motionScaleLips: scaleRange.optional(),
})

export const diffusionMmHaa = defineNode({
  id: 'diffusion/mm-haa',
  version: 1,
  title: 'Diffusion (MM-HAA)',
  summary: 'MMGT’s second stage: a video diffusion model paints the person of the portrait in every pose.',
  docs:
    'A denoising network looks at the portrait, the drawn pose of each frame, and the speech, which it hears apart for ' +
    'the whole picture, the face and the lips (motion-masked hierarchical audio attention). It needs the pack ' +
    '`mmgt-official` and is meant for a GPU: on a processor a step of a window takes minutes at 512 × 512.\n\n' +
    'Steps go over the whole video in windows that share frames. After each step the state is kept on disk, so a run ' +
    'that is cancelled or dies goes on from there. While it works the card shows what it expects of each frame, in ' +
    'rough colours (a linear map fitted between the portrait and its latents); then the decoded frames.\n\n' +
    'The motion scales can be changed while it runs, from the next step on. The result is then that of *Changes on the ' +
    'way*: values that hold from a step on, steps counted from 1. They can be written down beforehand as well. States ' +
    'between steps are kept for a while: all of a short video, of a long one those after each quarter of the steps and ' +
    'before each change. A run whose first steps are told the same begins there, to the same video.\n\n' +
    'Params that say *approximate* make it faster and change the picture a little. The frame rate is that of the ' +
    'motion; from masks and speech each frame takes what is nearest in time, and the shortest input decides the ' +
    'length. Without speech nobody is heard, and lips move by the pose alone.',

  inputs: {
    portrait: socket('image', 'Portrait'),
    pose: optional('pose', 'Motion', 'Keypoints of every frame'),
    drawn: optional(
      'video',
      'Drawn motion',
      'In place of keypoints: a video of poses, drawn as Draw pose does',
    ),
    masks: socket('mask', 'Masks', 'Face and lips, where speech is heard; hands for the hands slot'),
    speech: optional('speech', 'Lip features', 'Of the audio encoder'),
    audio: optional('audio', 'Sound', 'Travels along with the video'),
  },
  outputs: { video: socket('video', 'Video') },
  params: z.object({
    steps: z
      .int()
      .min(1)
      .max(STEPS)
      .default(30)
      .describe('Steps from noise to picture: fewer are faster and rougher'),
    guidance: guidanceRange
      .default(3.5)
      .describe(
        'How strictly picture and speech are followed; 1 or less asks only once and takes half the time',
      ),
    seed: z.int().min(0).max(0xffffffff).default(42).describe('Another number, other details'),
    motionScaleFull: scale(1, 'How strongly the whole picture hears the speech'),
    motionScaleFace: scale(1, 'How strongly the face hears the speech'),
    motionScaleLips: scale(2, 'How strongly the lips hear the speech: more opens the mouth wider'),
    changes: z
      .array(change)
      .max(STEPS)
      .default([])
      .describe(
        'Other guidance or motion from a step on. Early steps lay the picture out, late ones draw its details; steps before the first change are taken from an earlier run where it kept them',
      ),
    width: side('Width of the video; none: the portrait’s shape, its shorter side 512'),
    height: side('Height of the video; none: the portrait’s shape, its shorter side 512'),
    precision: z
      .enum(['auto', 'float32', 'float16'])
      .default('auto')
      .describe('Numbers of the networks: float16 takes half the memory; auto is float16 on a GPU'),
    fullSlot: z
      .enum(['lips', 'hands'])
      .default('lips')
      .describe(
        'Where the whole picture hears: everywhere and twice on the lips as published, or on the hands as trained',
      ),
    window: z
      .int()
      .min(1)
      .max(32)
      .default(12)
      .describe('Frames the network sees at once: trained with 12; more need more memory'),
    overlap: z
      .int()
      .min(0)
      .max(31)
      .default(4)
      .describe('Frames that windows share: more flow better and take longer'),
    windows: z
      .enum(['closed', 'open'])
      .default('closed')
      .describe(
        'closed: the last window goes on at the first frame, as published; open: it ends with the video',
      ),
    scheduler: z
      .enum(['ddim', 'dpm++'])
      .default('ddim')
      .describe('ddim as published; dpm++ (approximate) needs about half the steps'),
    guideFrom: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Approximate above 0: guidance begins after this share of the steps'),
    guideTo: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'Approximate below 1: guidance ends after this share of the steps, the rest takes half the time',
      ),
    unconditionalEvery: z
      .int()
      .min(1)
      .max(10)
      .default(1)
      .describe(
        'Approximate above 1: what guidance goes away from is asked in every so many steps, and kept between',
      ),
    pack: z.string().min(1).max(63).default('mmgt-official').describe('Model pack with the networks'),
  }),
  ui: {
    widgets: {
      steps: { widget: 'slider', step: 1, form: true },
      guidance: { widget: 'slider', step: 0.1, unit: '×', form: true },
      seed: { widget: 'seed', form: true },
      motionScaleFull: { widget: 'slider', step: 0.1, unit: '×', label: 'Motion: picture' },
      motionScaleFace: { widget: 'slider', step: 0.1, unit: '×', label: 'Motion: face' },
      motionScaleLips: { widget: 'slider', step: 0.1, unit: '×', label: 'Motion: lips', form: true },
      changes: { widget: 'rows', label: 'Changes on the way', advanced: true },
      width: { widget: 'number', unit: 'px', step: STEP },
      height: { widget: 'number', unit: 'px', step: STEP },
      precision: { widget: 'select', advanced: true },
      fullSlot: { widget: 'select', label: 'Whole picture hears', advanced: true },
      window: { widget: 'slider', step: 1, unit: 'frames', advanced: true },
      overlap: { widget: 'slider', step: 1, unit: 'frames', advanced: true },
      windows: { widget: 'select', label: 'Ends of windows', advanced: true },
      scheduler: { widget: 'select', advanced: true },
      guideFrom: { widget: 'slider', step: 0.05, label: 'Guidance from', advanced: true },
      guideTo: { widget: 'slider', step: 0.05, label: 'Guidance to', advanced: true },
      unconditionalEvery: {
        widget: 'slider',
        step: 1,
        unit: 'steps',
        label: 'Ask unguided every',
        advanced: true,
      },
      pack: { widget: 'text', advanced: true },
    },
  },
  resource: 'model',
  weights: () => [
    'image-encoder',
    'vae',
    'reference-unet',
    'denoising-unet',
    'pose-guider',
    'audio-projection',
  ],
  live: ['motionScaleFull', 'motionScaleFace', 'motionScaleLips'],
  // Weights count by themselves, whatever pack they come from; what never changes is as good as not there.
  countingParams: ({ pack: _, changes, ...rest }) => (changes.length > 0 ? { ...rest, changes } : rest),
  validate: ({ overlap, window, guideFrom, guideTo, width, height, steps, changes }) => {
    if (overlap >= window)
      return `Windows of ${window} frames cannot share ${overlap}: the overlap must be smaller.`
    if (guideFrom > guideTo) return `Guidance begins at ${guideFrom} and ends at ${guideTo} of the steps.`
    const late = changes.find(({ step }) => step > steps)
    if (late) return `A change from step ${late.step} on never comes: there are ${steps} steps.`
    if (changes.some(({ step }, i) => i > 0 && step <= changes[i - 1].step))
      return 'Changes on the way come in the order of their steps, one for each.'
    if ((width === null) !== (height === null)) return 'Width and height are given together, or neither.'
    return null
  },
  facts({ params, inputs: { portrait, pose, drawn } }) {
    const motion = pose ?? drawn
    const size = sizeOf(params, portrait)
    return {
      video: {
        frames: motion?.frames,
        fps: motion?.fps,
        ...size,
        durationSeconds: motion?.frames !== undefined && motion.fps ? motion.frames / motion.fps : undefined,
      },
    }
  },

  prepare: {
    version: 1,
    title: 'Look at the portrait',
    inputs: ['portrait'],
    params: ['width', 'height', 'precision'],
    roles: ['image-encoder', 'vae', 'reference-unet'],
    async run(ctx, { inputs: { portrait }, params }) {
      const { openPortraitNetworks, placeOf } = await import('../lib/diffusion/open-networks')
      const { advised } = await import('../lib/diffusion/advise')
      const { lookAtPortrait } = await import('../../models/pipelines/mm-haa')
      const { withoutAlpha } = await import('../lib/diffusion/without-alpha')
      const { latentSize } = await import('../../models/networks/latent-size')
      const { fitColours } = await import('../lib/diffusion/latent-colours')
      const size = sizeOf(params, portrait)
      ctx.progress(0, 'Loading networks')
      const place = await placeOf(ctx, params.precision)
      const networks = await openPortraitNetworks(ctx, place, size)
      ctx.progress(0.3, 'Looking at the portrait')
      const picture = withoutAlpha(portrait)
      const looking = lookAtPortrait(networks, { portrait: picture, ...size }, ctx.signal)
      const seen = await advised(looking, place, size)
      const latents = seen.latents.data as Float32Array
      const latent = latentSize(size)
      const colours = fitColours(latents, picture, latent.width, latent.height)
      return { seen: plainData(seen), colours: colours.map((weights) => [...weights]) }
    },
  },

  async run(ctx, { inputs, params, prepared }) {
    const { placeOf } = await import('../lib/diffusion/open-networks')
    const { makeVideo } = await import('../lib/diffusion/make-video')
    const { portrait, audio, ...rest } = inputs
    const size = sizeOf(params, portrait)
    if (portrait.channels === 4) ctx.warn('Transparent parts of the portrait are shown white.')
    const place = await placeOf(ctx, params.precision)
    const { pack: _, ...settings } = params
    const video = await makeVideo(
      ctx,
      place,
      { ...rest, portrait, audio },
      prepared as unknown as Parameters<typeof makeVideo>[3],
      size,
      settings,
    )
    return { video }
  },
})

/** Tensors as they are kept. */
function plainData(
  tensors: Record<string, { dtype: string; shape: readonly number[]; data: unknown }>,
): PreparedData {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape: [...shape], data: data as Float32Array },
    ]),
  )
}

/** The size asked for; otherwise the portrait's shape with a shorter side of 512, to multiples of 64. */
function sizeOf(
  params: { width: number | null; height: number | null },
  portrait: { width?: number; height?: number } | undefined,
): { width: number; height: number } {
  if (params.width !== null && params.height !== null) return { width: params.width, height: params.height }
  const { width = 512, height = 512 } = portrait ?? {}
  const scale = 512 / Math.min(width, height)
  const fitted = (length: number) =>
    Math.min(2048, Math.max(STEP, Math.round((length * scale) / STEP) * STEP))
  return { width: fitted(width), height: fitted(height) }
}
