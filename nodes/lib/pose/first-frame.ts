import { POSE_STRIDE, type PoseValue } from '../../core/values'

/** The first frame of a motion as a motion of one frame: what SMGA and the renderers call the first pose. */
export const firstFrame = (pose: PoseValue): PoseValue => ({
  ...pose,
  frames: 1,
  data: pose.data.slice(0, POSE_STRIDE),
})
