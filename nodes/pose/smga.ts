import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { socket } from '../core/sockets'
import { POSE_STRIDE } from '../core/values'

export const poseSmga = defineNode({
  id: 'pose/smga',
  version: 1,
  title: 'SMGA gestures',
  summary: 'MMGT’s first stage: a diffusion network makes a person talk and gesture to speech.',
  docs:
    'SMGA (Spatial Mask-Guided Audio2Pose) draws all 134 keypoints from noise, 3.2 seconds at a time, guided by the ' +
    'motion features of the speech and by the first pose. It needs the pack `mmgt-official`, whose network reads ' +
    'features of kind *wavlm*.\n\n' +
    '*Seamless* windows share some frames: in every step the beginning of a window is drawn towards the end of the ' +
    'one before, so motion and speed go on. *Reference* puts pieces together as the published script does (a frame ' +
    'late, each piece begun with frame 59 of the one before, smoothed at every 60th frame), for comparison.\n\n' +
    'Which points are visible is taken from the first pose. Knees and ankles are left out, as in training. Other ' +
    'canvases are fitted into the 512 × 512 that the network knows.',

  inputs: {
    speech: socket(
      'speech',
      'Motion features',
      'Of the audio encoder: kind wavlm, or baseline for its networks',
    ),
    firstPose: socket('pose', 'First pose', 'Its first frame is where the motion starts'),
  },
  outputs: { pose: socket('pose', 'Motion', 'On the canvas of the first pose, as long as the speech') },
  params: z.object({
    guidance: z
      .number()
      .min(0)
      .max(10)
      .default(2)
      .describe('How far to follow the speech: 1 as trained, above that livelier and less natural'),
    steps: z
      .int()
      .min(1)
      .max(1000)
      .default(50)
      .describe('Steps of the sampler; half as many take half as long'),
    candidates: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe('Motions drawn for each window, of which the one that continues best is kept'),
    joining: z
      .enum(['seamless', 'reference'])
      .default('seamless')
      .describe('How windows become one motion: seamless, or as the published script does'),
    overlap: z
      .int()
      .min(2)
      .max(60)
      .default(16)
      .describe('Frames that seamless windows share: more are smoother and take longer'),
    eta: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Fresh noise in every step: 1 as published, 0 draws noise only once'),
    seed: z.int().min(0).max(0xffffffff).default(42).describe('Another number, another performance'),
    frames: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('Only so many frames, the first of the motion to the whole speech; none: all'),
    pack: z.string().min(1).max(63).default('mmgt-official').describe('Model pack with the network'),
  }),
  ui: {
    widgets: {
      guidance: { widget: 'slider', step: 0.1, unit: '×', form: true },
      steps: { widget: 'number' },
      candidates: { widget: 'slider', step: 1 },
      joining: { widget: 'select', advanced: true },
      overlap: { widget: 'slider', step: 1, unit: 'frames', advanced: true },
      eta: { widget: 'slider', step: 0.05, advanced: true },
      seed: { widget: 'seed', form: true },
      frames: { widget: 'number', unit: 'frames', label: 'At most', advanced: true },
      pack: { widget: 'text', advanced: true },
    },
  },
  resource: 'model',
  weights: () => ['smga'],
  // Weights count by themselves, whatever pack they come from.
  countingParams: ({ pack: _, frames, ...rest }) => (frames === null ? rest : { ...rest, frames }),
  facts: ({ params, inputs: { speech, firstPose } }) => ({
    pose: {
      frames: speech?.frames && wanted(speech.frames, params),
      fps: speech?.fps,
      width: firstPose?.width,
      height: firstPose?.height,
    },
  }),

  async run(ctx, { inputs: { speech, firstPose }, params }) {
    if (firstPose.frames < 1) {
      throw new StudioError('pose/empty', 'The first pose has no frames.', {
        hint: 'Connect a pose with at least one frame.',
      })
    }
    const { openSmga } = await import('../lib/smga/open-smga')
    const { generateMotion } = await import('../lib/smga/generate-motion')
    const { fitCanvas, fromNetwork, toNetwork } = await import('../lib/smga/network-units')
    const { motionSteps } = await import('../../models/schedulers/motion-ddim')
    const { skeletonPicture } = await import('../lib/pose/skeleton-picture')
    const { previews } = await import('../lib/media/preview')
    const { guidance, steps, eta, pack: _, frames: _most, ...how } = params
    const frames = wanted(speech.frames, params)
    const { width, height } = firstPose
    const first = firstPose.data.slice(0, POSE_STRIDE)
    const fit = fitCanvas(firstPose)
    const show = previews(ctx)
    await show(() => skeletonPicture(first, width, height), 0)
    const network = await openSmga(ctx, speech, guidance)
    if (network.values !== POSE_STRIDE) {
      throw new StudioError(
        'pack/weights',
        `The network moves ${network.values} values, not ${POSE_STRIDE}.`,
        {
          hint: 'Take another model pack: poses have 134 points with x, y and score.',
        },
      )
    }
    const motion = await generateMotion(network, {
      ...how,
      ...{ audio: speech.data, frames },
      start: toNetwork(first, fit),
      steps: motionSteps(steps, eta),
      signal: ctx.signal,
      onProgress(fraction, finished) {
        ctx.progress(fraction, `Drawing on ${network.device}`)
        if (!finished) return
        const middle = (finished.motion.length / POSE_STRIDE) >> 1
        const points = fromNetwork(
          finished.motion.slice(middle * POSE_STRIDE, (middle + 1) * POSE_STRIDE),
          first,
          fit,
        )
        void show(() => skeletonPicture(points, width, height), finished.from + middle)
      },
    })
    if (motion.some((value) => !Number.isFinite(value))) {
      throw new StudioError('pack/weights', 'The network’s motion has values that are not numbers.', {
        hint: `Its weights are damaged: mmgt models verify ${params.pack}.`,
      })
    }
    const data = fromNetwork(motion, first, fit)
    return { pose: { fps: speech.fps, width, height, frames, data } }
  },
})

const wanted = (spoken: number, { frames }: { frames: number | null }): number =>
  Math.min(spoken, frames ?? spoken)
