import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { socket } from '../core/sockets'
import { framesFor, POSE_STRIDE } from '../core/values'

const amount = (what: string) => z.number().min(0).max(2).default(1).describe(what)

export const poseProcedural = defineNode({
  id: 'pose/procedural',
  version: 1,
  title: 'Procedural gestures',
  summary: 'Makes a person talk and gesture in time with speech, by rules instead of a trained network.',
  docs:
    'Hears syllables, stress, pitch and phrases, and plays gestures from a small vocabulary so that each one lands ' +
    'on a stressed syllable; small beats, nods, brows, blinks, lips, breathing and idle motion go with it. It needs ' +
    'no model pack, works at once, and gives the same motion for the same seed. The motion starts exactly at the ' +
    'first pose.\n\n' +
    'It knows rhythm and emphasis, not words: which gesture comes is chance, lips follow loudness and vowel colour ' +
    'without visemes. Feed it a voice alone; in music every sung note moves the lips. Persons seen from the side, ' +
    'lying, or holding things are not handled. Arms that are not fully visible stay still.',

  inputs: {
    audio: socket('audio', 'Speech', 'A voice, mono or stereo, any sample rate'),
    firstPose: socket('pose', 'First pose', 'Its first frame is where the motion starts'),
  },
  outputs: { pose: socket('pose', 'Motion', 'On the canvas of the first pose, as long as the speech') },
  params: z.object({
    energy: amount('Size of the gestures; 0 = none'),
    rate: amount('How many gestures; 1 is about one every one and a half seconds, 0 = none'),
    dominance: z
      .number()
      .min(-1)
      .max(1)
      .default(0.5)
      .describe('Which hand: −1 only the left … 1 only the right'),
    head: amount('How far the head nods and turns with the speech; 0: it hardly moves'),
    brows: amount('How far eyebrows rise with stressed words; 0: not at all'),
    lips: amount('How wide the mouth opens with the sound; 0: it stays as in the first pose'),
    blinks: z.number().min(0).max(40).default(16).describe('How often both eyes close, per minute'),
    snap: z.boolean().default(true).describe('Movements also begin on syllables, not only end there'),
    fps: z
      .number()
      .min(12)
      .max(60)
      .default(25)
      .describe('Frame rate of the motion: more look smoother and take longer to render; MMGT works at 25'),
    seed: z.int().min(0).max(0xffffffff).default(1).describe('Another number, another performance'),
  }),
  ui: {
    widgets: {
      energy: { widget: 'slider', step: 0.05, unit: '×', form: true },
      rate: { widget: 'slider', step: 0.05, unit: '×', form: true },
      dominance: { widget: 'slider', step: 0.05, label: 'Left – right' },
      head: { widget: 'slider', step: 0.05, unit: '×' },
      brows: { widget: 'slider', step: 0.05, unit: '×' },
      lips: { widget: 'slider', step: 0.05, unit: '×', form: true },
      blinks: { widget: 'slider', step: 1, unit: 'per min' },
      snap: { widget: 'switch', label: 'Start on syllables', advanced: true },
      fps: { widget: 'number', unit: 'fps', advanced: true },
      seed: { widget: 'seed', form: true },
    },
  },
  facts: ({ params, inputs: { audio, firstPose } }) => ({
    pose: {
      frames: audio?.durationSeconds === undefined ? undefined : framesFor(audio.durationSeconds, params.fps),
      fps: params.fps,
      width: firstPose?.width,
      height: firstPose?.height,
    },
  }),

  async run(ctx, { inputs: { audio, firstPose }, params }) {
    if (firstPose.frames < 1) {
      throw new StudioError('pose/empty', 'The first pose has no frames.', {
        hint: 'Connect a pose with at least one frame.',
      })
    }
    const { toMono } = await import('../lib/dsp/to-mono')
    const { runStepsAsync } = await import('../lib/dsp/run-steps')
    const { gestureSteps } = await import('../lib/pose/procedural/generate')
    const { skeletonPicture } = await import('../lib/pose/skeleton-picture')
    const { previews } = await import('../lib/media/preview')
    const { fps, ...performance } = params
    const { width, height } = firstPose
    const first = firstPose.data.slice(0, POSE_STRIDE)
    const steps = gestureSteps(
      { samples: toMono(audio), sampleRate: audio.sampleRate, first, width, height, fps },
      performance,
    )
    const show = previews(ctx)
    await show(() => skeletonPicture(first, width, height), 0)
    const { pose, prosody, hands } = await runStepsAsync(steps, {
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(fraction),
    })
    if (prosody.syllables.length === 0) {
      ctx.warn('No speech was found in the audio: the person only breathes, sways and blinks.')
    } else if (hands === 0 && params.energy > 0 && params.rate > 0) {
      ctx.warn('No arm of the first pose is fully visible from the front, so there are no hand gestures.')
    }
    const middle = pose.frames >> 1
    const points = pose.data.subarray(middle * POSE_STRIDE, (middle + 1) * POSE_STRIDE)
    await show(() => skeletonPicture(points, width, height), middle)
    return { pose }
  },
})
