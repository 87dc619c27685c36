import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import { chunkRange, MASK_REGIONS, type MaskValue, POSE_STRIDE } from '../core/values'
import { checkedRegion } from '../lib/mask/region-schema'

export const maskMotion = defineNode({
  id: 'mask/motion',
  version: 1,
  title: 'Motion masks',
  summary: 'Masks of face, lips, hands and upper body, frame by frame, from a motion.',
  docs:
    'Face, lips and hands are the boxes MMGT was trained with: one around the mouth, one around each hand, and one ' +
    'around the face together with the hands. The upper body is the outline of head, neck, torso, arms and hands, ' +
    'with sizes that follow the distance of the shoulders; it is generous, not a matte. Points that are not visible ' +
    'are left out; a region without visible points stays black.',

  inputs: { pose: socket('pose', 'Pose') },
  outputs: { mask: socket('mask', 'Masks') },
  params: z.object({
    regions: z
      .array(z.enum(MASK_REGIONS))
      .min(1)
      .max(MASK_REGIONS.length)
      .default([...MASK_REGIONS])
      .describe(
        'Regions to draw; speech moves face and lips where these are, hands count with the hands slot of diffusion',
      ),
    padding: z
      .int()
      .min(0)
      .max(512)
      .default(0)
      .describe('Pixels by which every region grows: speech then moves more around it'),
    reference: z
      .boolean()
      .default(false)
      .describe('Where hands cover the face, write 254 into the face as the original does, not 255'),
  }),
  ui: {
    widgets: {
      regions: { widget: 'select' },
      padding: { widget: 'slider', unit: 'px' },
      reference: { widget: 'switch', label: 'As the original', advanced: true },
    },
  },
  facts: ({ params, inputs: { pose } }) => ({
    mask: {
      frames: pose?.frames,
      fps: pose?.fps,
      width: pose?.width,
      height: pose?.height,
      regions: [...new Set(params.regions)],
    },
  }),

  async run(ctx, { inputs: { pose }, params }) {
    const { motionMask } = await import('../lib/mask/motion-masks')
    const { shownMask } = await import('../lib/media/preview')
    const { fps, width, height, frames, data } = pose
    const regions = [...new Set(params.regions)]
    const mask: MaskValue = {
      fps,
      width,
      height,
      frames,
      regions,
      async chunk(name, index) {
        const region = checkedRegion(regions, name)
        const { start, end } = chunkRange(index, frames)
        const size = width * height
        const planes = new Uint8Array((end - start) * size)
        for (let f = start; f < end; f++) {
          ctx.signal.throwIfAborted()
          const points = data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
          const out = planes.subarray((f - start) * size, (f - start + 1) * size)
          motionMask(points, region, width, height, params, out)
        }
        return planes
      },
    }
    return { mask: shownMask(ctx, mask) }
  },
})
