import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'

export const poseRetarget = defineNode({
  id: 'pose/retarget',
  version: 2,
  title: 'Retarget pose',
  summary: 'Puts the motion of one person on the body of another.',
  docs:
    'Compares the first frames in which each person shows neck and shoulders. Limbs get the lengths of the target and ' +
    'keep the directions of the motion, both sides of the body together; the neck starts where the target’s is; head ' +
    'and hands are scaled. The target keeps its face: only movements, and the opening of eyes and lips, are the ' +
    'motion’s. A limb is never made more than 1.7 times longer or shorter than the shoulders suggest, because in a ' +
    'picture an arm toward the camera looks short. Of somebody from the side the shoulders say nothing; sizes are then ' +
    'those of neck and head, and the node says so.\n\n' +
    'The motion does not begin in the first pose unless it is eased into; a renderer that starts from the portrait ' +
    'looks best with some.',

  inputs: {
    pose: socket('pose', 'Motion'),
    firstPose: socket(
      'pose',
      'First pose',
      'The person who is to move; its first frame that shows the shoulders counts',
    ),
  },
  outputs: { pose: socket('pose', 'Motion', 'On the canvas of the first pose') },
  params: z.object({
    ease: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe('Seconds over which the motion leaves the first pose itself; 0: starts with the motion'),
  }),
  ui: { widgets: { ease: { widget: 'slider', unit: 's', step: 0.1, label: 'Ease in' } } },
  facts: ({ inputs: { pose, firstPose } }) => ({
    pose: { frames: pose?.frames, fps: pose?.fps, width: firstPose?.width, height: firstPose?.height },
  }),

  async run(ctx, { inputs: { pose, firstPose }, params }) {
    const { retargetPose } = await import('../lib/pose/retarget-pose')
    const easeFrames = Math.round(params.ease * pose.fps)
    const onFromSide = (who: string) =>
      ctx.warn(`The ${who} is seen from the side: sizes are those of neck and head, not of the shoulders.`)
    return { pose: retargetPose(pose, firstPose, { easeFrames, signal: ctx.signal, onFromSide }) }
  },
})
