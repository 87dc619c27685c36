import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { lipEnergyCorrelation, lipOpening } from '../../../nodes/lib/pose/lip-correlation'
import { METRIC_REGIONS } from '../../../nodes/lib/pose/metric-regions'
import { motionBeats } from '../../../nodes/lib/pose/motion-beats'
import { medianUnit } from '../../../nodes/lib/pose/point-path'
import { armBalance, regionMotion } from '../../../nodes/lib/pose/region-motion'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'

/** The neutral person with `move` applied to points in each frame; `move` gives a displacement in px. */
function moving(points: number[], frames: number, move: (seconds: number) => [number, number], fps = 25) {
  const pose = stillPose(neutralPose(), frames, 512, 512, fps)
  for (let f = 0; f < frames; f++) {
    const [dx, dy] = move(f / fps)
    for (const i of points) {
      pose.data[f * POSE_STRIDE + 3 * i] += dx
      pose.data[f * POSE_STRIDE + 3 * i + 1] += dy
    }
  }
  return pose
}

const UNIT = medianUnit(stillPose(neutralPose(), 1))
const wave =
  (hertz: number, px: number) =>
  (t: number): [number, number] => [px * Math.sin(2 * Math.PI * hertz * t), 0]

describe('motion of a region', () => {
  it('is nothing in a still person', () => {
    const pose = stillPose(neutralPose(), 60)
    for (const region of METRIC_REGIONS) {
      const { speed, peak, highShare, jerk } = regionMotion(pose, region)
      expect([speed, peak, jerk]).toEqual([0, 0, 0].map(() => expect.closeTo(0, 6)))
      expect(highShare).toBeNull()
    }
  })

  it('is the path length per second in shoulder widths', () => {
    const pose = moving([4, 3], 51, (t) => [UNIT * t, 0]) // one shoulder width a second
    const { speed, peak, jerk } = regionMotion(pose, 'rightArm')
    expect(speed).toBeCloseTo(1, 3)
    expect(peak).toBeCloseTo(1, 3)
    expect(jerk).toBeLessThan(0.5) // float32 rounding, cubed frame rate
    expect(regionMotion(pose, 'leftArm').speed).toBeCloseTo(0, 6)
  })

  it('is large for a wide slow movement and small for a narrow fast one, however fast they are', () => {
    const wide = regionMotion(moving([3, 4], 200, wave(0.25, 0.5 * UNIT)), 'rightArm')
    const narrow = regionMotion(moving([3, 4], 200, wave(4, 0.05 * UNIT)), 'rightArm')
    expect(wide.amount).toBeCloseTo(0.5 / Math.SQRT2, 2) // of a sine: amplitude / √2
    expect(narrow.amount).toBeCloseTo(0.05 / Math.SQRT2, 2)
    expect(narrow.speed).toBeGreaterThan(wide.speed!)
  })

  it('does not depend on the size of the person', () => {
    const small = swayingPose(60)
    const large: PoseValue = { ...small, data: small.data.map((v, i) => (i % 3 === 2 ? v : 2 * v)) }
    for (const region of METRIC_REGIONS) {
      expect(regionMotion(large, region).amount).toBeCloseTo(regionMotion(small, region).amount!, 4)
      expect(regionMotion(large, region).speed).toBeCloseTo(regionMotion(small, region).speed!, 4)
    }
  })

  it('counts a moving hand only against its wrist, and lips only against the head', () => {
    const everything = Array.from({ length: 134 }, (_, i) => i)
    const pose = moving(everything, 60, wave(0.5, 30))
    for (const region of ['leftHand', 'rightHand', 'lips', 'brows', 'eyes'] as const) {
      expect(regionMotion(pose, region).speed).toBeLessThan(1e-3)
    }
    expect(regionMotion(pose, 'body').speed).toBeGreaterThan(0.2)
  })

  it('tells jitter from motion by the energy above 8 Hz', () => {
    expect(regionMotion(moving([3, 4], 100, wave(1, 30)), 'rightArm').highShare).toBeLessThan(0.01)
    expect(regionMotion(moving([3, 4], 100, wave(10, 30)), 'rightArm').highShare).toBeGreaterThan(0.95)
    expect(regionMotion(moving([3, 4], 100, wave(1, 30), 12), 'rightArm').highShare).toBeNull()
  })

  it('leaves missing points out, and is null when nothing is left', () => {
    const pose = moving([3, 4], 60, (t) => [UNIT * t, 0])
    const holes = withoutPoints(pose, [4], [10, 11, 30])
    expect(regionMotion(holes, 'rightArm').speed).toBeCloseTo(1, 3)
    const gone = regionMotion(withoutPoints(pose, [3, 4]), 'rightArm')
    expect(gone).toEqual({ amount: null, speed: null, peak: null, highShare: null, jerk: null })
  })

  it('balance is −1 for the left arm alone and 1 for the right one', () => {
    const pose = moving([3, 4], 60, wave(1, 30))
    const [right, left] = [regionMotion(pose, 'rightArm'), regionMotion(pose, 'leftArm')]
    expect(armBalance(right, left)).toBeCloseTo(1, 3)
    expect(armBalance(left, right)).toBeCloseTo(-1, 3)
    expect(armBalance({ ...left, speed: 0 }, { ...left, speed: 0 })).toBeNull()
  })
})

describe('motion beats', () => {
  it('are the turning points of a waving wrist', () => {
    const pose = moving([4], 150, wave(1, 40)) // turns at 0.25, 0.75, 1.25, …
    const beats = motionBeats(pose)
    expect(beats.length).toBeGreaterThanOrEqual(11)
    for (const beat of beats) {
      const nearest = Math.round((beat - 0.25) / 0.5) * 0.5 + 0.25
      expect(Math.abs(beat - nearest)).toBeLessThan(0.015)
    }
  })

  it('survive jitter when the wrists are low-passed', () => {
    const pose = moving([4], 150, (t) => [
      40 * Math.sin(2 * Math.PI * t) + 8 * Math.sin(2 * Math.PI * 9 * t),
      8 * Math.cos(2 * Math.PI * 8.3 * t),
    ])
    expect(motionBeats(pose).length).toBeGreaterThan(20)
    const calm = motionBeats(pose, { lowPassHertz: 5 })
    expect(calm.length).toBeGreaterThanOrEqual(10)
    expect(calm.length).toBeLessThanOrEqual(14)
  })

  it('do not exist in a still person, in one frame, or without wrists', () => {
    expect(motionBeats(stillPose(neutralPose(), 60))).toEqual([])
    expect(motionBeats(stillPose(neutralPose(), 1))).toEqual([])
    expect(motionBeats(withoutPoints(swayingPose(60), [4, 7]))).toEqual([])
  })
})

describe('lips against sound', () => {
  const fps = 25
  const lowerLip = [79, 80, 81, 82, 83, 89, 90, 91]
  const loudness = (t: number) => 0.5 - 0.5 * Math.cos(2 * Math.PI * 2 * t)
  const samples = Float32Array.from({ length: 64_000 }, (_, i) => {
    const t = i / 16_000
    return loudness(t) * Math.sin(2 * Math.PI * 200 * t)
  })

  it('finds lips that open with the level, and by how many frames they are late', () => {
    for (const late of [-2, 0, 1]) {
      const pose = moving(lowerLip, 100, (t) => [0, 6 * loudness(t - late / fps)], fps)
      const found = lipEnergyCorrelation(pose, samples, 16_000)
      expect(found?.lag).toBe(late)
      expect(found?.r).toBeGreaterThan(0.98)
    }
  })

  it('is null for still lips, for silence and without a mouth', () => {
    const still = stillPose(neutralPose(), 100)
    const talking = moving(lowerLip, 100, (t) => [0, 6 * loudness(t)], fps)
    expect(lipEnergyCorrelation(still, samples, 16_000)).toBeNull()
    expect(lipEnergyCorrelation(talking, new Float32Array(64_000), 16_000)).toBeNull()
    expect(lipEnergyCorrelation(withoutPoints(talking, [84]), samples, 16_000)).toBeNull()
  })

  it('opening is relative to the width of the mouth', () => {
    const [opening] = lipOpening(stillPose(neutralPose(), 1))
    expect(opening).toBeGreaterThan(0.05)
    expect(opening).toBeLessThan(0.4)
  })
})
