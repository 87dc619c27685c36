import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import { frameNumber, frameRate } from '../lib/pose/pose-schema'

const params = z.object({
  mode: z
    .enum(['fps', 'speed', 'frames'])
    .default('fps')
    .describe(
      'fps: another frame rate, same duration; speed: same frame rate, faster or slower; frames: an exact count',
    ),
  fps: frameRate.default(25).describe('Frame rate of the result, in mode fps'),
  speed: z.number().min(0.05).max(20).default(1).describe('2 plays twice as fast, in mode speed'),
  frames: frameNumber.min(1).default(80).describe('Frames of the result, in mode frames'),
  interpolation: z
    .enum(['linear', 'cubic'])
    .default('cubic')
    .describe('cubic keeps speed continuous between frames; linear never overshoots'),
})

type Params = z.infer<typeof params>

export const poseResample = defineNode({
  id: 'pose/resample',
  version: 1,
  title: 'Resample pose',
  summary: 'Changes the frame rate, the speed or the number of frames of a motion.',
  docs:
    'Frames that fall on a frame of the input are copied exactly. In between, points seen on both sides are ' +
    'interpolated; a point missing on one side is taken from the nearer frame, so gaps are not filled. *frames* keeps ' +
    'the first and the last frame and the frame rate, and so changes the speed.',

  inputs: { pose: socket('pose', 'Pose') },
  outputs: { pose: socket('pose', 'Pose') },
  params,
  ui: {
    widgets: {
      mode: { widget: 'select' },
      fps: { widget: 'number', unit: 'fps' },
      speed: { widget: 'slider', unit: '×', step: 0.05 },
      frames: { widget: 'number', unit: 'frames' },
      interpolation: { widget: 'select', advanced: true },
    },
  },
  facts({ params, inputs: { pose } }) {
    const known = pose?.frames !== undefined && pose.fps !== undefined
    const { frames, fps } = known
      ? sampling(params, pose.frames as number, pose.fps as number)
      : { frames: undefined, fps: undefined }
    return { pose: { ...pose, frames, fps } }
  },

  async run(ctx, { inputs: { pose }, params }) {
    const { resamplePose } = await import('../lib/pose/resample-pose')
    const { interpolation } = params
    const plan = sampling(params, pose.frames, pose.fps)
    return { pose: resamplePose(pose, { ...plan, interpolation, signal: ctx.signal }) }
  },
})

/** How many frames the result has, at which rate, and how many frames of the input lie between two of them. */
function sampling({ mode, fps, speed, frames }: Params, sourceFrames: number, sourceFps: number) {
  if (mode === 'frames') return { frames, fps: sourceFps, step: (sourceFrames - 1) / Math.max(1, frames - 1) }
  const step = mode === 'speed' ? speed : sourceFps / fps
  return {
    frames: Math.max(1, Math.round(sourceFrames / step)),
    fps: mode === 'speed' ? sourceFps : fps,
    step,
  }
}
