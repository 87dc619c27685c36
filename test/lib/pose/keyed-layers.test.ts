import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { applyEditLayers } from '../../../nodes/lib/pose/apply-edit-layers'
import { countingLayers, EASES, editLayers } from '../../../nodes/lib/pose/edit-layers'
import { PARTS } from '../../../nodes/lib/pose/keypoints'
import { poseEditor } from '../../../nodes/pose/editor'
import { maxAbsDiff } from '../../support/golden'
import { neutralPose, stillPose, swayingPose } from '../../support/poses'

const motion = swayingPose(40)
const still = stillPose(neutralPose(), 40)

const edit = (pose: PoseValue, ...layers: object[]) =>
  applyEditLayers(pose, editLayers.parse(layers.map((layer, i) => ({ id: `${i}`, ...layer })))).pose
const keys = (...tracks: object[]) => ({ kind: 'keys', tracks })
const point = ({ data }: PoseValue, f: number, i: number) => ({
  x: data[f * POSE_STRIDE + 3 * i],
  y: data[f * POSE_STRIDE + 3 * i + 1],
})
const gap = (pose: PoseValue, f: number, i: number, j: number) => {
  const [p, q] = [point(pose, f, i), point(pose, f, j)]
  return Math.hypot(p.x - q.x, p.y - q.y)
}

describe('a layer of keyframes', () => {
  it('moves a joint exactly as a layer of that joint alone does', () => {
    const key = fc.record({
      dx: fc.integer({ min: -200, max: 200 }),
      dy: fc.integer({ min: -200, max: 200 }),
      ease: fc.constantFrom(...EASES),
    })
    fc.assert(
      fc.property(fc.nat(133), key, key, fc.boolean(), fc.boolean(), (joint, a, b, ik, stretch) => {
        const moved = {
          joint,
          ik,
          stretch,
          keys: [
            { frame: 3, ...a },
            { frame: 20, ...b },
          ],
        }
        const range = { from: 2, to: 30, fadeIn: 4, fadeOut: 5 }
        const alone = edit(motion, { ...range, kind: 'joints', ...moved })
        expect(
          maxAbsDiff(edit(motion, { ...range, ...keys({ part: 'joint', ...moved }) }).data, alone.data),
        ).toBe(0)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('moves, turns and sizes a region between its keys as their easing says', () => {
    const track = (ease: string) => ({
      part: 'region',
      region: 'rightHand',
      keys: [
        { frame: 10, ease },
        { frame: 20, dx: 40, scale: 4, degrees: 90 },
      ],
    })
    const half = edit(still, keys(track('linear')))
    const [before, size] = [point(still, 15, 113), gap(still, 15, 113, 122)]
    expect(point(half, 15, 113).x - before.x).toBeCloseTo(20, 3)
    expect(gap(half, 15, 113, 122) / size).toBeCloseTo(2, 3) // by ratio: half way to 4 is 2
    const angle = (pose: PoseValue) => {
      const [p, q] = [point(pose, 15, 113), point(pose, 15, 122)]
      return (Math.atan2(q.y - p.y, q.x - p.x) * 180) / Math.PI
    }
    expect((angle(half) - angle(still) + 360) % 360).toBeCloseTo(45, 2)
    expect(point(edit(still, keys(track('hold'))), 19, 113)).toEqual(point(still, 19, 113))
    expect(point(edit(still, keys(track('ease-out'))), 15, 113).x - before.x).toBeCloseTo(30, 3)
  })

  it('swivels an elbow without the wrist when nothing follows', () => {
    const track = { part: 'joint', joint: 'right elbow', follow: false, keys: [{ frame: 0, dx: -25, dy: 6 }] }
    const swung = edit(motion, keys(track))
    for (const f of [0, 17, 39]) {
      expect(point(swung, f, 3).x).toBeCloseTo(point(motion, f, 3).x - 25, 3)
      for (const i of [2, 4, ...PARTS.rightHand]) expect(point(swung, f, i)).toEqual(point(motion, f, i))
    }
  })

  it('closes fingers toward the palm, mirrored for the other hand, and leaves the palm alone', () => {
    const all = { thumb: 1, index: 1, middle: 1, ring: 1, little: 1 }
    const fist = edit(
      still,
      keys(
        { part: 'fingers', hand: 'left', keys: [{ frame: 0, ...all }] },
        { part: 'fingers', hand: 'right', keys: [{ frame: 0, ...all }] },
      ),
    )
    for (const root of [92, 113]) {
      for (const tip of [8, 12, 16, 20]) {
        expect(gap(fist, 0, root, root + tip)).toBeLessThan(0.75 * gap(still, 0, root, root + tip))
      }
      for (const i of [0, 1, 5, 9, 13, 17])
        expect(point(fist, 0, root + i)).toEqual(point(still, 0, root + i))
    }
    const middle = still.width / 2
    for (let i = 0; i < 21; i++) {
      expect(point(fist, 0, 92 + i).x - middle).toBeCloseTo(middle - point(fist, 0, 113 + i).x, 2)
      expect(point(fist, 0, 92 + i).y).toBeCloseTo(point(fist, 0, 113 + i).y, 2)
    }
  })

  it('with all fingers open and the fan as it is changes nothing', () => {
    const open = edit(motion, keys({ part: 'fingers', hand: 'left', keys: [{ frame: 0 }] }))
    expect(open.data).toEqual(motion.data)
  })

  it('counts by its strength', () => {
    const track = { part: 'region', region: 'head', keys: [{ frame: 0, dx: 30, dy: -12 }] }
    const [full, half] = [edit(motion, keys(track)), edit(motion, { ...keys(track), strength: 0.5 })]
    const mean = motion.data.map((v, at) => (v + full.data[at]) / 2)
    expect(maxAbsDiff(half.data, mean)).toBeLessThan(1e-3)
    expect(edit(motion, { ...keys(track), strength: 0 }).data).toEqual(motion.data)
  })

  it('with keys out of order is refused', () => {
    const layers = editLayers.parse([
      {
        id: 'k',
        ...keys({ part: 'joint', joint: 4, keys: [5, 5].map((frame) => ({ frame, dx: 0, dy: 0 })) }),
      },
    ])
    expect(poseEditor.validate?.({ layers })).toContain('key at frame 5 follows one at frame 5')
  })
})

it('a name, and a layer that is off, are no part of what a result depends on', () => {
  const list = (...layers: object[]) => countingLayers(editLayers.parse(layers))
  const nod = { id: 'a', kind: 'offset', region: 'head', dy: 4 }
  const off = { id: 'b', kind: 'offset', region: 'lips', dy: 4, enabled: false }
  expect(list({ ...nod, name: 'Nod' }, off)).toEqual(list(nod))
  expect(list(nod)).not.toEqual(list({ ...nod, strength: 0.9 }))
})
