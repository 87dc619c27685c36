import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { socket } from '../core/sockets'

const MAX_POSITION = 100_000

const params = z.object({
  unit: z.enum(['frames', 'seconds']).default('frames').describe('What start and end count'),
  start: z.number().min(0).max(MAX_POSITION).default(0).describe('Where the cut begins; frames count from 0'),
  end: z
    .number()
    .min(0)
    .max(MAX_POSITION)
    .nullable()
    .default(null)
    .describe('Where it ends, this frame not included; empty or 0: at the end'),
})

type Params = z.infer<typeof params>

export const poseSlice = defineNode({
  id: 'pose/slice',
  version: 1,
  title: 'Slice pose',
  summary: 'Cuts a stretch out of a motion.',
  docs: 'Seconds are rounded to the nearest frame. An end beyond the motion is moved to its last frame, with a note.',

  inputs: { pose: socket('pose', 'Pose') },
  outputs: { pose: socket('pose', 'Pose') },
  params,
  ui: { widgets: { unit: { widget: 'select' }, start: { widget: 'number' }, end: { widget: 'number' } } },
  facts({ params, inputs: { pose } }) {
    if (pose?.frames === undefined || pose.fps === undefined) return { pose: { ...pose, frames: undefined } }
    const { from, to } = cut(params, pose.frames, pose.fps)
    return { pose: { ...pose, frames: to > from ? to - from : undefined } }
  },
  validate({ unit, start, end }) {
    if (end && end <= start)
      return `The end (${end}) must come after the start (${start}); leave it empty to go to the end.`
    if (unit === 'frames' && !(Number.isInteger(start) && Number.isInteger(end ?? 0))) {
      return `Frames are whole numbers, not ${start} to ${end ?? 'the end'}.`
    }
    return null
  },

  async run(ctx, { inputs: { pose }, params }) {
    const { slicePose } = await import('../lib/pose/slice-pose')
    const { from, to, wanted } = cut(params, pose.frames, pose.fps)
    if (from >= pose.frames || from >= to) {
      throw new StudioError(
        'pose/slice',
        `Nothing lies between ${params.start} and ${params.end || 'the end'} (${params.unit}): the motion has ${pose.frames} frames at ${pose.fps} fps.`,
        { hint: 'Start earlier, or use a longer motion.' },
      )
    }
    if (wanted > pose.frames) {
      ctx.warn(
        `The end at frame ${wanted} lies beyond the motion, which has ${pose.frames} frames; it was cut there.`,
      )
    }
    return { pose: slicePose(pose, from, to) }
  },
})

/** Frames `[from, to)` of a motion, and the end that was asked for. */
function cut({ unit, start, end }: Params, frames: number, fps: number) {
  const frameAt = (position: number) => (unit === 'frames' ? position : Math.round(position * fps))
  const wanted = end ? frameAt(end) : frames
  return { from: frameAt(start), to: Math.min(wanted, frames), wanted }
}
