import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { applyEditLayers } from '../../../nodes/lib/pose/apply-edit-layers'
import {
  EASES,
  editLayers,
  LAYER_REGIONS,
  layersProblem,
  MAX_LAYERS,
} from '../../../nodes/lib/pose/edit-layers'
import { isVisible, KEYPOINT_NAMES, PARTS } from '../../../nodes/lib/pose/keypoints'
import { maxAbsDiff } from '../../support/golden'
import { swayingPose, withoutPoints } from '../../support/poses'

const FRAMES = 50
const motion = swayingPose(FRAMES)

/** Layers as a person would write them: ids and defaults are filled in. */
const edit = (pose: PoseValue, ...layers: object[]) =>
  applyEditLayers(pose, editLayers.parse(layers.map((layer, i) => ({ id: `${i}`, ...layer })))).pose

const point = ({ data }: PoseValue, f: number, i: number) => ({
  x: data[f * POSE_STRIDE + 3 * i],
  y: data[f * POSE_STRIDE + 3 * i + 1],
})
const shift = (pose: PoseValue, f: number, i: number) => {
  const [p, q] = [point(pose, f, i), point(motion, f, i)]
  return { x: p.x - q.x, y: p.y - q.y }
}
const gap = (pose: PoseValue, f: number, i: number, j: number) => {
  const [p, q] = [point(pose, f, i), point(pose, f, j)]
  return Math.hypot(p.x - q.x, p.y - q.y)
}
const angle = (pose: PoseValue, f: number, i: number, j: number) => {
  const [p, q] = [point(pose, f, i), point(pose, f, j)]
  return Math.atan2(q.y - p.y, q.x - p.x)
}
/** How far a measure of a pose wanders over its frames. */
const spread = (pose: PoseValue, measure: (pose: PoseValue, f: number) => number) => {
  const values = Array.from({ length: pose.frames }, (_, f) => measure(pose, f))
  return Math.max(...values) - Math.min(...values)
}

/** Points that differ between two poses in any frame. */
function touched(a: PoseValue, b: PoseValue): number[] {
  const points = new Set<number>()
  a.data.forEach((v, at) => {
    if (v !== b.data[at]) points.add(Math.floor((at % POSE_STRIDE) / 3))
  })
  return [...points].sort((p, q) => p - q)
}

describe('layers in general', () => {
  it('none, or only layers that are off, give a bit-equal copy', () => {
    for (const layers of [[], [{ kind: 'offset', region: 'all', dx: 5, enabled: false }]]) {
      const result = edit(motion, ...layers)
      expect(result).toEqual(motion)
      expect(result.data.buffer).not.toBe(motion.data.buffer)
    }
  })

  it('neutral amounts change nothing', () => {
    for (const region of LAYER_REGIONS) {
      for (const layer of [
        { kind: 'offset', region },
        { kind: 'scale', region, factor: 1 },
        { kind: 'rotate', region, degrees: 0 },
        { kind: 'amplitude', region, factor: 1 },
      ]) {
        expect(maxAbsDiff(edit(motion, layer).data, motion.data)).toBe(0)
      }
    }
    expect(edit(motion, { kind: 'joints', joint: 4, keys: [{ frame: 9, dx: 0, dy: 0 }] }).data).toEqual(
      motion.data,
    )
  })

  it('keep the bits of frames outside their range and never write into the input', () => {
    const before = motion.data.slice()
    const result = edit(motion, { kind: 'rotate', region: 'arms', degrees: 20, from: 10, to: 20 })
    expect(motion.data).toEqual(before)
    expect(result.data.subarray(0, 10 * POSE_STRIDE)).toEqual(before.subarray(0, 10 * POSE_STRIDE))
    expect(result.data.subarray(20 * POSE_STRIDE)).toEqual(before.subarray(20 * POSE_STRIDE))
    expect(shift(result, 10, 4).x).not.toBe(0)
    expect(shift(result, 19, 4).x).not.toBe(0)
  })

  it('fade in and out without a jump', () => {
    const result = edit(motion, {
      kind: 'offset',
      region: 'all',
      dx: 100,
      from: 10,
      to: 40,
      fadeIn: 9,
      fadeOut: 9,
    })
    const shifts = Array.from({ length: FRAMES }, (_, f) => shift(result, f, 0).x)
    expect(shifts[9]).toBe(0)
    expect(shifts[25]).toBeCloseTo(100, 3)
    expect(shifts[40]).toBe(0)
    for (let f = 1; f < FRAMES; f++) expect(Math.abs(shifts[f] - shifts[f - 1])).toBeLessThan(16)
  })

  it('are applied in order', () => {
    const moveThenGrow = edit(
      motion,
      { kind: 'offset', region: 'leftHand', dx: 10 },
      { kind: 'scale', region: 'leftHand', factor: 2 },
    )
    expect(shift(moveThenGrow, 0, 92).x).toBeCloseTo(20, 3)
    const growThenMove = edit(
      motion,
      { kind: 'scale', region: 'leftHand', factor: 2 },
      { kind: 'offset', region: 'leftHand', dx: 10 },
    )
    expect(shift(growThenMove, 0, 92).x).toBeCloseTo(10, 3)
  })

  it('that start after the end do nothing and say so', () => {
    const layers = editLayers.parse([{ id: 'late', kind: 'offset', region: 'all', dx: 9, from: 500 }])
    const { pose, notes } = applyEditLayers(motion, layers)
    expect(pose.data).toEqual(motion.data)
    expect(notes).toEqual(['Layer "late" starts at frame 500, after the end of the motion.'])
  })

  it('stop when the run is cancelled', () => {
    const layers = editLayers.parse([{ id: 'a', kind: 'offset', region: 'all', dx: 9 }])
    const signal = AbortSignal.abort(new Error('enough'))
    expect(() => applyEditLayers(motion, layers, { signal })).toThrow('enough')
  })
})

describe('offset, scale and rotate', () => {
  it('move what belongs to the region and nothing else', () => {
    const moved = (region: string) => touched(edit(motion, { kind: 'offset', region, dx: 3, dy: -2 }), motion)
    expect(moved('leftArm')).toEqual([6, 7, ...PARTS.leftHand])
    expect(moved('rightHand')).toEqual([...PARTS.rightHand])
    expect(moved('head')).toEqual([0, 14, 15, 16, 17, ...PARTS.face])
    expect(moved('lips')).toEqual([...PARTS.lips])
    // Legs and feet are missing in this motion and stay so.
    expect(moved('all')).toEqual(PARTS.all.filter((i) => isVisible(motion.data, 0, i)))
  })

  it('turn a hand about its wrist, an arm about its shoulder and the head about the neck', () => {
    for (const [region, pivot, far, bones] of [
      [
        'leftHand',
        7,
        104,
        [
          [92, 97],
          [97, 100],
        ],
      ],
      [
        'rightArm',
        2,
        4,
        [
          [2, 3],
          [3, 4],
          [4, 113],
        ],
      ],
      [
        'head',
        1,
        0,
        [
          [1, 0],
          [0, 75],
        ],
      ],
    ] as const) {
      const result = edit(motion, { kind: 'rotate', region, degrees: 30 })
      for (const f of [0, 31]) {
        const turn = angle(result, f, pivot, far) - angle(motion, f, pivot, far)
        expect(Math.cos(turn)).toBeCloseTo(Math.cos(Math.PI / 6), 4)
        expect(Math.sin(turn)).toBeCloseTo(0.5, 4) // clockwise, as y points down
        for (const [i, j] of bones)
          expect(Math.abs(gap(result, f, i, j) - gap(motion, f, i, j))).toBeLessThan(1e-3)
      }
    }
  })

  it('scale each hand about its own wrist, and about a given point when there is one', () => {
    const result = edit(motion, { kind: 'scale', region: 'hands', factor: 1.5 })
    for (const [root, tip] of [
      [92, 104],
      [113, 125],
    ]) {
      expect(gap(result, 9, root, tip)).toBeCloseTo(1.5 * gap(motion, 9, root, tip), 2)
    }
    expect(Math.abs(shift(result, 9, 92).x)).toBeLessThan(1e-3)
    const fixed = edit(motion, { kind: 'scale', region: 'all', factor: 2, pivot: { x: 0, y: 0 } })
    expect(point(fixed, 3, 4).x).toBeCloseTo(2 * point(motion, 3, 4).x, 2)
  })

  it('hold on to the last known pivot while it flickers', () => {
    const flicker = withoutPoints(motion, [1], [20, 21])
    const result = edit(flicker, { kind: 'rotate', region: 'head', degrees: 90 })
    const steady = edit(motion, { kind: 'rotate', region: 'head', degrees: 90 })
    // By frame 21 the person has swayed by over 5 px since the start of the range.
    expect(Math.abs(point(result, 21, 0).x - point(steady, 21, 0).x)).toBeLessThan(1.5)
  })
})

describe('amplitude', () => {
  it('0 stills an arm, 2 doubles its angles; bones keep their lengths', () => {
    const upper = (pose: PoseValue, f: number) => angle(pose, f, 2, 3)
    const lower = (pose: PoseValue, f: number) => angle(pose, f, 3, 4)
    const still = edit(motion, { kind: 'amplitude', region: 'rightArm', factor: 0 })
    const double = edit(motion, { kind: 'amplitude', region: 'rightArm', factor: 2 })
    for (const bone of [upper, lower]) {
      expect(spread(still, bone)).toBeLessThan(1e-3)
      expect(spread(double, bone)).toBeCloseTo(2 * spread(motion, bone), 2)
    }
    for (const [i, j] of [
      [2, 3],
      [3, 4],
      [4, 113],
      [113, 125],
    ]) {
      for (const f of [4, 33])
        expect(Math.abs(gap(double, f, i, j) - gap(motion, f, i, j))).toBeLessThan(1e-3)
    }
  })

  it('opens the lips wider without touching the rest, whatever the head does', () => {
    const opening = (pose: PoseValue, f: number) => gap(pose, f, 86, 90)
    const result = edit(motion, { kind: 'amplitude', region: 'lips', factor: 1.5, about: 'first' })
    expect(spread(result, opening)).toBeCloseTo(1.5 * spread(motion, opening), 2)
    expect(touched(result, motion).every((i) => i >= 72 && i <= 91)).toBe(true)
    expect(
      maxAbsDiff(result.data.subarray(0, POSE_STRIDE), motion.data.subarray(0, POSE_STRIDE)),
    ).toBeLessThan(1e-4)
  })

  it('of the whole person keeps everything attached and 0 about the first frame stops nearly all', () => {
    const double = edit(motion, { kind: 'amplitude', region: 'all', factor: 2 })
    const sway = (pose: PoseValue, f: number) => point(pose, f, 1).x
    expect(spread(double, sway)).toBeCloseTo(2 * spread(motion, sway), 2)
    for (const [i, j] of [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 113],
      [5, 6],
      [6, 7],
      [7, 92],
      [1, 0],
    ]) {
      expect(Math.abs(gap(double, 19, i, j) - gap(motion, 19, i, j))).toBeLessThan(1.5)
    }
    const still = edit(motion, { kind: 'amplitude', region: 'all', factor: 0, about: 'first' })
    for (let f = 0; f < FRAMES; f++) {
      const frame = still.data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
      expect(maxAbsDiff(frame, motion.data.subarray(0, POSE_STRIDE))).toBeLessThan(0.05)
    }
  })

  it('of a head doubles its nod against the neck', () => {
    const nod = (pose: PoseValue, f: number) => point(pose, f, 0).x - point(pose, f, 1).x
    const roll = (pose: PoseValue, f: number) => angle(pose, f, 60, 69)
    const result = edit(motion, { kind: 'amplitude', region: 'head', factor: 2 })
    expect(spread(result, nod)).toBeCloseTo(2 * spread(motion, nod), 2)
    expect(spread(result, roll)).toBeCloseTo(2 * spread(motion, roll), 2)
  })
})

describe('mute', () => {
  it('freezes a hand on its forearm, an arm on its shoulder, a face on its skull, all on the canvas', () => {
    const hand = edit(motion, { kind: 'mute', region: 'rightHand' })
    const bend = (pose: PoseValue, f: number) => Math.sin(angle(pose, f, 113, 125) - angle(pose, f, 3, 4))
    expect(spread(hand, bend)).toBeLessThan(1e-3)
    for (const f of [5, 40]) expect(gap(hand, f, 4, 113)).toBeLessThan(1e-3)

    const arm = edit(motion, { kind: 'mute', region: 'leftArm', from: 5 })
    for (const f of [5, 20, 49]) {
      for (const i of [6, 7, 92, 104]) {
        const [p, s] = [point(arm, f, i), point(arm, f, 5)]
        const [p0, s0] = [point(motion, 5, i), point(motion, 5, 5)]
        expect(Math.hypot(p.x - s.x - p0.x + s0.x, p.y - s.y - p0.y + s0.y)).toBeLessThan(1e-3)
      }
    }
    const lips = edit(motion, { kind: 'mute', region: 'lips' })
    expect(spread(lips, (pose, f) => gap(pose, f, 86, 90))).toBeLessThan(1e-3)
    expect(spread(motion, (pose, f) => gap(pose, f, 86, 90))).toBeGreaterThan(3)

    const all = edit(motion, { kind: 'mute', region: 'all' })
    for (const f of [1, 49]) {
      const frame = all.data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
      expect(maxAbsDiff(frame, motion.data.subarray(0, POSE_STRIDE))).toBeLessThan(1e-4)
    }
  })

  it('hides with score 0 and leaves coordinates', () => {
    const result = edit(motion, { kind: 'mute', region: 'hands', mode: 'hide', from: 10, to: 20 })
    expect(isVisible(result.data, 9, 92)).toBe(true)
    expect(isVisible(result.data, 10, 92)).toBe(false)
    expect(isVisible(result.data, 19, 133)).toBe(false)
    expect(isVisible(result.data, 20, 92)).toBe(true)
    expect(point(result, 10, 92)).toEqual(point(motion, 10, 92))
  })
})

describe('joints', () => {
  const keys = [
    { frame: 10, dx: 0, dy: 0, ease: 'linear' },
    { frame: 20, dx: -20, dy: -40, ease: 'hold' },
    { frame: 30, dx: 0, dy: 0 },
  ]

  it('carry the hand with the wrist and bend the elbow without changing a bone', () => {
    const result = edit(motion, { kind: 'joints', joint: 'right wrist', keys })
    for (let f = 0; f < FRAMES; f++) {
      for (const [i, j] of [
        [2, 3],
        [3, 4],
        [4, 113],
        [113, 125],
        [125, 133],
      ]) {
        expect(Math.abs(gap(result, f, i, j) - gap(motion, f, i, j))).toBeLessThan(1e-3)
      }
      const bend = angle(result, f, 113, 125) - angle(result, f, 3, 4)
      expect(Math.cos(bend)).toBeCloseTo(Math.cos(angle(motion, f, 113, 125) - angle(motion, f, 3, 4)), 4)
    }
    expect(shift(result, 15, 4)).toEqual({ x: expect.closeTo(-10, 3), y: expect.closeTo(-20, 3) })
    expect(shift(result, 25, 4)).toEqual({ x: expect.closeTo(-20, 3), y: expect.closeTo(-40, 3) })
    expect(shift(result, 30, 4)).toEqual({ x: 0, y: 0 })
    expect(touched(result, motion)).toEqual([3, 4, ...PARTS.rightHand])
  })

  it('without ik leave the elbow where it is', () => {
    const result = edit(motion, { kind: 'joints', joint: 4, ik: false, keys })
    expect(touched(result, motion)).toEqual([4, ...PARTS.rightHand])
    expect(shift(result, 20, 120).y).toBeCloseTo(-40, 3)
  })

  it('reach no farther than the arm, unless it may stretch', () => {
    const far = [{ frame: 0, dx: -400, dy: 0 }]
    const reach = edit(motion, { kind: 'joints', joint: 4, keys: far })
    expect(gap(reach, 0, 2, 4)).toBeCloseTo(gap(motion, 0, 2, 3) + gap(motion, 0, 3, 4), 2)
    const stretched = edit(motion, { kind: 'joints', joint: 4, stretch: true, keys: far })
    expect(shift(stretched, 0, 4).x).toBeCloseTo(-400, 2)
  })

  it('take along what hangs on a shoulder, a knuckle or the nose', () => {
    const moved = (joint: number) =>
      touched(edit(motion, { kind: 'joints', joint, keys: [{ frame: 0, dx: 4, dy: 0 }] }), motion)
    expect(moved(5)).toEqual([5, 6, 7, ...PARTS.leftHand])
    expect(moved(97)).toEqual([97, 98, 99, 100])
    expect(moved(112)).toEqual([112])
    expect(moved(113)).toEqual([...PARTS.rightHand])
    expect(moved(0)).toEqual([0, 14, 15, 16, 17, ...PARTS.face])
    expect(moved(60)).toEqual([60])
  })

  it.each(EASES)('%s starts and ends on its keys and never runs backwards', (ease) => {
    const result = edit(motion, {
      kind: 'joints',
      joint: 60,
      keys: [
        { frame: 10, dx: 5, dy: 0, ease },
        { frame: 30, dx: 25, dy: 0 },
      ],
    })
    const path = Array.from({ length: FRAMES }, (_, f) => shift(result, f, 60).x)
    expect(path[0]).toBeCloseTo(5, 3)
    expect(path[10]).toBeCloseTo(5, 3)
    expect(path[30]).toBeCloseTo(25, 3)
    expect(path[49]).toBeCloseTo(25, 3)
    for (let f = 1; f < FRAMES; f++) expect(path[f] - path[f - 1]).toBeGreaterThan(-1e-3)
    const middle = { linear: 15, 'ease-in': 10, 'ease-out': 20, 'ease-in-out': 15, hold: 5 }[ease]
    expect(path[20]).toBeCloseTo(middle, 3)
  })
})

describe('hostile lists', () => {
  const number = fc.oneof(fc.integer({ min: -10, max: 100 }), fc.double(), fc.constant(Number.NaN))
  const key = fc.record({
    frame: fc.integer({ min: -2, max: 80 }),
    dx: number,
    dy: number,
    ease: fc.constantFrom(...EASES, 'x'),
  })
  const layer = fc.record(
    {
      id: fc.oneof(fc.string(), fc.integer().map(String)),
      kind: fc.constantFrom('offset', 'scale', 'rotate', 'amplitude', 'joints', 'mute', 'speed', '__proto__'),
      region: fc.constantFrom(...LAYER_REGIONS, 'constructor'),
      enabled: fc.constantFrom(true, false, 1),
      from: number,
      to: fc.oneof(number, fc.constant(null)),
      fadeIn: fc.nat(60),
      fadeOut: fc.nat(60),
      dx: number,
      dy: number,
      factor: number,
      degrees: number,
      joint: fc.oneof(fc.integer({ min: -1, max: 134 }), fc.constantFrom(...KEYPOINT_NAMES, 'tail')),
      keys: fc.array(key, { maxLength: 5 }),
      mode: fc.constantFrom('freeze', 'hide'),
      pivot: fc.record({ x: number, y: number }),
    },
    { requiredKeys: ['kind'] },
  )

  it('are refused by the schema or give finite numbers', () => {
    const short = swayingPose(6)
    let applied = 0
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (list) => {
        const parsed = editLayers.safeParse(list)
        if (!parsed.success || layersProblem(parsed.data)) return
        applied++
        expect(applyEditLayers(short, parsed.data).pose.data.every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 3_000, seed: 3 },
    )
    expect(applied).toBeGreaterThan(50)
  })

  /** Every layer valid by construction, on motions with holes. */
  it('any valid layer leaves missing points missing and gives finite numbers', () => {
    const range = { from: fc.nat(8), fadeIn: fc.nat(4), fadeOut: fc.nat(4) }
    const region = fc.constantFrom(...LAYER_REGIONS)
    const valid = fc.oneof(
      fc.record({
        ...range,
        kind: fc.constant('scale'),
        region,
        factor: fc.double({ min: 0.05, max: 10, noNaN: true }),
      }),
      fc.record({
        ...range,
        kind: fc.constant('rotate'),
        region,
        degrees: fc.integer({ min: -360, max: 360 }),
      }),
      fc.record({
        ...range,
        kind: fc.constant('amplitude'),
        region,
        factor: fc.double({ min: 0, max: 5, noNaN: true }),
        about: fc.constantFrom('mean', 'first'),
      }),
      fc.record({ ...range, kind: fc.constant('mute'), region, mode: fc.constantFrom('freeze', 'hide') }),
      fc.record({
        ...range,
        kind: fc.constant('joints'),
        joint: fc.nat(133),
        keys: fc.tuple(
          fc.record({ frame: fc.nat(9), dx: fc.integer({ min: -900, max: 900 }), dy: fc.nat(900) }),
        ),
        ik: fc.boolean(),
        stretch: fc.boolean(),
      }),
    )
    const base = swayingPose(10)
    const holes = fc.array(fc.tuple(fc.nat(133), fc.nat(9)), { maxLength: 300 })
    fc.assert(
      fc.property(fc.array(valid, { minLength: 1, maxLength: 3 }), holes, (list, missing) => {
        const pose = { ...base, data: base.data.slice() }
        for (const [i, f] of missing) pose.data.fill(0, f * POSE_STRIDE + 3 * i, f * POSE_STRIDE + 3 * i + 3)
        const { data } = edit(pose, ...list)
        for (let at = 0; at < data.length; at += 3) {
          if (pose.data[at + 2] >= 0.3) continue
          if (data[at] !== pose.data[at] || data[at + 1] !== pose.data[at + 1] || data[at + 2] !== 0) {
            throw new Error(`value ${at} of a missing point changed`)
          }
        }
        expect(data.every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 400, seed: 4 },
    )
  })

  it('with too many layers, equal ids, empty ranges or unordered keys are refused', () => {
    const many = Array.from({ length: MAX_LAYERS + 1 }, (_, i) => ({
      id: `${i}`,
      kind: 'offset',
      region: 'all',
    }))
    expect(editLayers.safeParse(many).success).toBe(false)
    expect(editLayers.safeParse([{ id: 'a', kind: 'offset', region: 'all', speed: 2 }]).success).toBe(false)
    const problem = (...layers: object[]) => layersProblem(editLayers.parse(layers))
    const a = { id: 'a', kind: 'offset', region: 'all' }
    expect(problem(a, a)).toBe('Two layers have the id "a".')
    expect(problem({ ...a, from: 9, to: 9 })).toBe('Layer "a" ends at frame 9, before its start at frame 9.')
    const key = { frame: 5, dx: 0, dy: 0 }
    expect(problem({ id: 'k', kind: 'joints', joint: 4, keys: [key, key] })).toContain(
      'key at frame 5 follows one at frame 5',
    )
    expect(() => applyEditLayers(motion, editLayers.parse([a, a]))).toThrow('Two layers')
  })
})

it('the schema of a layer is plain JSON Schema, for an editor to read', () => {
  const schema = JSON.stringify(z.toJSONSchema(editLayers, { io: 'input' }))
  expect(schema).toContain('"ease-in-out"')
  expect(schema).toContain('right wrist')
})
