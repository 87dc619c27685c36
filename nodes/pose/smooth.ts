import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'

const strength = (milliseconds: number, what: string) =>
  z
    .number()
    .min(0)
    .max(1000)
    .default(milliseconds)
    .describe(`${what}, in milliseconds: more is calmer and loses fast movements; 0 = off`)

export const poseSmooth = defineNode({
  id: 'pose/smooth',
  version: 1,
  title: 'Smooth pose',
  summary: 'Takes jitter out of a motion without making it late.',
  docs:
    'Every method looks at past and future alike, so the motion keeps its timing with the speech.\n\n' +
    '- *Gaussian*: the calmest; the strength is its standard deviation. Rounds off fast strokes.\n' +
    '- *Savitzky–Golay*: a parabola through each window keeps the height of strokes; the strength is half the ' +
    'window, and under two frames it changes nothing.\n' +
    '- *Adaptive*: smooths what is still and leaves what is fast (the 1 € filter, forwards and backwards); the ' +
    'strength is its time constant at rest.\n\n' +
    'A face moves with its smoothed head and a hand with its smoothed palm, whatever their own strength is. Missing ' +
    'points stay missing and nothing is smoothed across them. With the first two methods the first and the last ' +
    'frame stay as they are.',

  inputs: { pose: socket('pose', 'Pose') },
  outputs: { pose: socket('pose', 'Pose') },
  params: z.object({
    method: z
      .enum(['gaussian', 'savitzky-golay', 'adaptive'])
      .default('gaussian')
      .describe(
        'gaussian: calmest, rounds off fast strokes; savitzky-golay: keeps their height; adaptive: calms what is still only',
      ),
    body: strength(60, 'Body, and the way of head and hands'),
    hands: strength(60, 'Fingers'),
    face: strength(40, 'Face without the lips'),
    lips: strength(20, 'Lips'),
  }),
  ui: {
    widgets: {
      method: { widget: 'select' },
      body: { widget: 'slider', unit: 'ms', step: 5 },
      hands: { widget: 'slider', unit: 'ms', step: 5 },
      face: { widget: 'slider', unit: 'ms', step: 5 },
      lips: { widget: 'slider', unit: 'ms', step: 5 },
    },
  },
  facts: ({ inputs: { pose } }) => ({ pose }),

  async run(ctx, { inputs: { pose }, params }) {
    const { smoothPose } = await import('../lib/pose/smooth-pose')
    return {
      pose: smoothPose(pose, {
        ...params,
        signal: ctx.signal,
        onProgress: (fraction) => ctx.progress(fraction),
      }),
    }
  },
})
