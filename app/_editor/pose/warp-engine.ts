import type { ImageValue, PoseValue } from '../../../nodes/core/values'
import { POSE_STRIDE } from '../../../nodes/core/values'
import type { WarpRenderer } from '../../../nodes/lib/warp/renderer'
import type { WarpRig } from '../../../nodes/lib/warp/rig'

/** The portrait and the pose that it shows, for a preview of at most `maxSize` px. */
export interface WarpSubject {
  portrait: ImageValue
  firstPose: Pick<PoseValue, 'width' | 'height' | 'data'>
  maxSize: number
}

/** Renders frames of a motion as the node `render/warp` does, one at a time and in any order. */
export class WarpEngine {
  private rig: WarpRig | undefined
  private renderer: WarpRenderer | undefined
  private motion: Float32Array | undefined
  private out: Uint8Array | undefined

  /** `pause` is awaited between the phases of the analysis: other work of the thread gets its turn. */
  async setUp(
    { portrait, firstPose, maxSize }: WarpSubject,
    onProgress: (fraction: number, text: string) => void,
    pause: () => Promise<void>,
  ): Promise<{ width: number; height: number }> {
    const [
      { setUpSteps },
      { computePiece },
      { fitPortrait, checkShape },
      { scalePoints },
      { createWarpRenderer },
    ] = await Promise.all([
      import('../../../nodes/lib/warp/set-up'),
      import('../../../nodes/lib/warp/pieces'),
      import('../../../nodes/lib/warp/fit-canvas'),
      import('../../../nodes/lib/warp/keypoints'),
      import('../../../nodes/lib/warp/renderer'),
    ])
    checkShape('The first pose', firstPose, portrait)
    const picture = fitPortrait(portrait, maxSize)
    const points = scalePoints(
      firstPose.data,
      picture.width / firstPose.width,
      picture.height / firstPose.height,
    )
    const steps = setUpSteps(picture, points)
    let step = steps.next()
    while (!step.done) {
      if ('work' in step.value) {
        step = steps.next(step.value.work.map(computePiece))
        continue
      }
      onProgress(step.value.fraction, step.value.text)
      await pause()
      step = steps.next([])
    }
    this.rig = step.value
    this.renderer = createWarpRenderer(step.value)
    this.out = new Uint8Array(picture.width * picture.height * 3)
    return { width: picture.width, height: picture.height }
  }

  async setMotion(pose: PoseValue): Promise<void> {
    const { rig } = this
    if (!rig) return
    const [{ scalePoints }, { calmArms }] = await Promise.all([
      import('../../../nodes/lib/warp/keypoints'),
      import('../../../nodes/lib/warp/calm-arms'),
    ])
    const [kx, ky] = [rig.width / pose.width, rig.height / pose.height]
    const scaled = new Float32Array(pose.data.length)
    for (let at = 0; at < scaled.length; at += POSE_STRIDE) {
      scaled.set(scalePoints(pose.data.subarray(at, at + POSE_STRIDE), kx, ky), at)
    }
    this.motion = calmArms(rig.first, scaled)
  }

  /** `[height, width, 3]`, overwritten by the next call; null before there is a portrait and a motion. */
  render(frame: number): Uint8Array | null {
    const { renderer, motion, out } = this
    if (!renderer || !motion || !out) return null
    const last = motion.length / POSE_STRIDE - 1
    const at = Math.max(0, Math.min(last, frame)) * POSE_STRIDE
    renderer.render(motion.subarray(at, at + POSE_STRIDE), out)
    return out
  }
}
