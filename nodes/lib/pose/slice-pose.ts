import { StudioError } from '../../core/errors'
import { POSE_STRIDE, type PoseValue } from '../../core/values'
import { MAX_FRAMES } from './limits'

/** Frames `[start, end)` of a motion. @throws StudioError `pose/slice` when that is empty or not inside the motion. */
export function slicePose(pose: PoseValue, start: number, end = pose.frames): PoseValue {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > pose.frames || start >= end) {
    throw new StudioError(
      'pose/slice',
      `Frames ${start} to ${end} are not inside a motion of ${pose.frames} frames.`,
      {
        hint: 'Choose a start before the end, both inside the motion.',
      },
    )
  }
  return { ...pose, frames: end - start, data: pose.data.slice(start * POSE_STRIDE, end * POSE_STRIDE) }
}

/**
 * Motions one after another. @throws StudioError `pose/concat` when frame rates or canvases differ, when there is
 * nothing to join, or when the result would be longer than any pose may be.
 */
export function concatPoses(poses: readonly PoseValue[]): PoseValue {
  if (poses.length === 0) throw new StudioError('pose/concat', 'There are no motions to join.')
  const [first] = poses
  for (const pose of poses) {
    if (pose.fps === first.fps && pose.width === first.width && pose.height === first.height) continue
    const tell = (p: PoseValue) => `${p.width} × ${p.height} at ${p.fps} fps`
    throw new StudioError('pose/concat', `Motions of ${tell(first)} and ${tell(pose)} cannot be joined.`, {
      hint: 'Bring them to one frame rate with pose/resample.',
    })
  }
  const frames = poses.reduce((sum, pose) => sum + pose.frames, 0)
  if (frames > MAX_FRAMES) {
    throw new StudioError(
      'pose/concat',
      `The motions have ${frames} frames together, at most ${MAX_FRAMES} fit.`,
    )
  }
  const data = new Float32Array(frames * POSE_STRIDE)
  let at = 0
  for (const pose of poses) {
    data.set(pose.data.subarray(0, pose.frames * POSE_STRIDE), at)
    at += pose.frames * POSE_STRIDE
  }
  return { ...first, frames, data }
}
