import { type MotionRegion, motionMask } from '../../nodes/lib/mask/motion-masks'
import { drawPose } from '../../nodes/lib/pose/draw'
import { hasGolden, readGolden } from '../support/golden'
import { neutralPose } from '../support/poses'

const FRAMES = 80
const SIZE = 512
const REGIONS: MotionRegion[] = ['hands', 'lips', 'face']

/** The best of seven warm runs of the original drawing loop, ms: `pose_and_mask_drawing` of the golden timings. */
const REFERENCE_MS = 654.1

export interface DrawingFigure {
  name: string
  ms: number
  referenceMs: number
  /** How many times faster than the reference. */
  ratio: number
}

/** Draws 80 frames of pose, hands, lips and face at 512 pixels; the median of nine warm runs. */
export async function benchDrawing(): Promise<DrawingFigure[]> {
  const pose = hasGolden
    ? (readGolden('stage1/pose_draw').inputs.neutral.data as Float32Array)
    : neutralPose(SIZE, SIZE)
  const motion = Array.from({ length: FRAMES }, (_, f) => shifted(pose, 12 * Math.sin(f / 5)))
  const picture = new Uint8Array(SIZE * SIZE * 3)
  const plane = new Uint8Array(SIZE * SIZE)
  const times: number[] = []
  for (let run = 0; run < 12; run++) {
    const start = performance.now()
    for (const points of motion) {
      drawPose(points, SIZE, SIZE, picture)
      for (const region of REGIONS) motionMask(points, region, SIZE, SIZE, {}, plane)
    }
    if (run >= 3) times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  const ms = times.sort((a, b) => a - b)[times.length >> 1]
  return [
    { name: 'pose and masks, 80 frames, 512 px', ms, referenceMs: REFERENCE_MS, ratio: REFERENCE_MS / ms },
  ]
}

const shifted = (points: Float32Array, dx: number) => points.map((v, i) => (i % 3 === 0 ? v + dx : v))
