import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import { frameNumber } from '../lib/pose/pose-schema'

const region = (on: boolean, what: string) => z.boolean().default(on).describe(`Take ${what} from B`)

export const poseBlend = defineNode({
  id: 'pose/blend',
  version: 1,
  title: 'Blend poses',
  summary: 'Takes parts of the person from another motion, everywhere or in a stretch of frames.',
  docs:
    'Parts stay attached: hands follow the wrists and forearms of whoever gives the body, a face lies over that head, ' +
    'lips over whatever face is there. Of a face only the expression is taken, not the nodding of its head. ' +
    'At both ends of the stretch the motions cross-fade. For another person, fit B to A with *Retarget pose* first.',

  inputs: {
    a: socket('pose', 'A', 'The motion that is changed'),
    b: socket('pose', 'B', 'The motion that gives parts; as many frames as A, at the same rate'),
  },
  outputs: { pose: socket('pose', 'Pose', 'On the canvas of A') },
  params: z.object({
    body: region(false, 'the body (torso, arms, head position, legs)'),
    face: region(false, 'the face without the lips'),
    lips: region(false, 'the lips'),
    leftHand: region(true, 'the left hand'),
    rightHand: region(true, 'the right hand'),
    from: frameNumber.default(0).describe('First frame in which B counts'),
    to: frameNumber
      .nullable()
      .default(null)
      .describe('First frame in which it no longer does; empty or 0: to the end'),
    fade: frameNumber.max(1000).default(5).describe('Frames of cross-fade at each end of the stretch'),
    place: z
      .enum(['fit', 'asIs'])
      .default('fit')
      .describe(
        'fit: scale and move B once, so that neck and shoulders start where those of A do; asIs: keep its pixels',
      ),
  }),
  ui: {
    widgets: {
      body: { widget: 'switch' },
      face: { widget: 'switch' },
      lips: { widget: 'switch' },
      leftHand: { widget: 'switch', label: 'Left hand' },
      rightHand: { widget: 'switch', label: 'Right hand' },
      from: { widget: 'number', unit: 'frame' },
      to: { widget: 'number', unit: 'frame' },
      fade: { widget: 'slider', unit: 'frames', step: 1 },
      place: { widget: 'select', label: 'Place of B', advanced: true },
    },
  },
  facts: ({ inputs: { a } }) => ({ pose: a }),
  agree: [
    { fact: 'fps', sockets: ['a', 'b'], fix: 'pose/resample' },
    { fact: 'frames', sockets: ['a', 'b'], fix: 'pose/resample' },
  ],
  validate: ({ from, to }) =>
    to && to <= from ? `The stretch ends at frame ${to}, before it starts at frame ${from}.` : null,

  async run(ctx, { inputs: { a, b }, params }) {
    const { BLEND_REGIONS, blendPoses } = await import('../lib/pose/blend-poses')
    const { from, to, fade, place } = params
    const regions = BLEND_REGIONS.filter((name) => params[name])
    if (from >= a.frames)
      ctx.warn(`The stretch starts at frame ${from}, after the ${a.frames} frames of A: A was not changed.`)
    const { pose, unattached } = blendPoses(a, b, {
      regions,
      from,
      to: to || a.frames,
      fade,
      place,
      signal: ctx.signal,
    })
    if (unattached > 0) {
      ctx.warn(
        `In ${unattached} frames a part of B had no visible wrist or face to hold on to; the part of A stayed there.`,
      )
    }
    return { pose }
  },
})
