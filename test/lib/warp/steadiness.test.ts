import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { generateGestures } from '../../../nodes/lib/pose/procedural/generate'
import { ARM_PARTS, ArmMesh } from '../../../nodes/lib/warp/arm-mesh'
import { BodyMesh } from '../../../nodes/lib/warp/body-mesh'
import { calmArms } from '../../../nodes/lib/warp/calm-arms'
import { emptyFramePose, readFrame } from '../../../nodes/lib/warp/frame-pose'
import { measure } from '../../../nodes/lib/warp/keypoints'
import type { WarpRig } from '../../../nodes/lib/warp/rig'
import { EXAMPLES, exampleRig, PEOPLE, SIZE } from '../../support/example-person'
import { readPcm16 } from '../../support/read-pcm16'

/** Vertices of an arm that are drawn. */
const drawn = (mesh: ArmMesh): number[] => [
  ...new Set(Array.from(mesh.cells).flatMap((c) => [c, c + 1, c + mesh.nx, c + mesh.nx + 1])),
]

/** Largest second difference over time of the places (pairs of px) in `frames`. */
function jerk(frames: Float64Array[]): number {
  let worst = 0
  for (let f = 1; f + 1 < frames.length; f++) {
    const [a, b, c] = [frames[f - 1], frames[f], frames[f + 1]]
    for (let k = 0; k < b.length; k += 2) {
      worst = Math.max(worst, Math.hypot(a[k] - 2 * b[k] + c[k], a[k + 1] - 2 * b[k + 1] + c[k + 1]))
    }
  }
  return worst
}

const framesOf = (motion: Float32Array): Float32Array[] =>
  Array.from({ length: motion.length / POSE_STRIDE }, (_, f) =>
    motion.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE),
  )

/** The meshes of a rig without their pixels: gives the places of all drawn vertices in a frame, pairs of px. */
function meshesOf(rig: WarpRig): (points: Float32Array) => Float64Array {
  const pose = emptyFramePose(rig)
  const reach = new Float64Array([1, 1])
  const body = new BodyMesh(rig, measure(rig.first))
  const arms = rig.arms.flatMap((arm, index) =>
    arm.tier === 'cut'
      ? ARM_PARTS.map((part) => ({ index, mesh: new ArmMesh(rig, arm, part, arm[part]) }))
      : [],
  )
  const used = arms.map(({ mesh }) => drawn(mesh))
  return (points) => {
    readFrame(rig, points, pose, reach)
    body.pose(pose, points, 1, null)
    const places = arms.flatMap(({ index, mesh }, k) => {
      mesh.pose(pose.arms[index])
      return used[k].flatMap((i) => [mesh.moved[2 * i], mesh.moved[2 * i + 1]])
    })
    return Float64Array.from([...body.moved, ...places])
  }
}

function gesturesOf({ first }: WarpRig, speech: string, seed: number): Float32Array {
  const sound = readPcm16(path.join(EXAMPLES, `speech-${speech}.wav`))
  return generateGestures(
    { ...sound, first, width: SIZE, height: SIZE, fps: 25 },
    { energy: 1, rate: 1, dominance: 0.5, head: 1, brows: 1, blinks: 16, lips: 1, snap: true, seed },
  ).pose.data
}

/** 42 is the seed of a new workflow. Of speeches and seeds tried, these once went furthest over, up to 2.6 times. */
const RUNS = [
  ['hello', 42],
  ['story', 42],
  ['story', 2],
  ['story', 3],
] as const

// Warp reference, section 8.
describe.each(PEOPLE)('generated gestures of %s', (name) => {
  it.each(RUNS)(
    'jerk no drawn place by more than 1.5 times the keypoints, in %s with seed %i',
    async (speech, seed) => {
      const rig = await exampleRig(name)
      const gestures = gesturesOf(rig, speech, seed)
      const places = framesOf(calmArms(rig.first, gestures)).map(meshesOf(rig))
      const points = framesOf(gestures).map((frame) => Float64Array.from(frame.filter((_, k) => k % 3 !== 2)))
      expect(places.length).toBeGreaterThan(25)
      expect(jerk(places)).toBeLessThanOrEqual(1.5 * Math.max(0.5, jerk(points)))
    },
    120_000,
  )
})
