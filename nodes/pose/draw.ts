import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import { chunkRange, POSE_STRIDE, type VideoValue } from '../core/values'

export const poseDraw = defineNode({
  id: 'pose/draw',
  version: 1,
  title: 'Draw pose',
  summary: 'Draws a motion as the coloured skeleton that DWPose makes and MMGT reads.',
  docs:
    'Equal to the original drawing to the pixel: body bones and joints, fingers, white face points, on black. ' +
    'Knees and ankles are left out, because MMGT was trained without them. Bones and dots keep their width in ' +
    'pixels whatever the canvas, so draw on 512 × 512 for MMGT.',

  inputs: { pose: socket('pose', 'Pose') },
  outputs: { video: socket('video', 'Drawing', 'One picture per frame, on the canvas of the pose') },
  params: z.object({
    parts: z
      .array(z.enum(['body', 'hands', 'face']))
      .max(3)
      .default(['body', 'hands', 'face'])
      .describe('What is drawn; a renderer sees nothing of what is left out'),
  }),
  ui: { widgets: { parts: { widget: 'select', advanced: true } } },
  facts: ({ inputs: { pose } }) => ({
    video: {
      frames: pose?.frames,
      fps: pose?.fps,
      width: pose?.width,
      height: pose?.height,
      durationSeconds:
        pose?.frames !== undefined && pose.fps !== undefined ? pose.frames / pose.fps : undefined,
    },
  }),

  async run(ctx, { inputs: { pose }, params }) {
    const { drawPose } = await import('../lib/pose/draw')
    const { shownVideo } = await import('../lib/media/preview')
    const { fps, width, height, frames, data } = pose
    const video: VideoValue = {
      fps,
      width,
      height,
      frames,
      async chunk(index) {
        const { start, end } = chunkRange(index, frames)
        const size = width * height * 3
        const pictures = new Uint8Array((end - start) * size)
        for (let f = start; f < end; f++) {
          ctx.signal.throwIfAborted()
          const points = data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
          const out = pictures.subarray((f - start) * size, (f - start + 1) * size)
          drawPose(points, width, height, out, params.parts)
        }
        return pictures
      },
    }
    return { video: shownVideo(ctx, video) }
  },
})
