import { beforeAll, describe, expect, it } from 'vitest'
import type { ImageValue, PoseValue } from '../../../nodes/core/values'
import { distanceToSegment } from '../../../nodes/lib/warp/geometry'
import { createWarpRenderer, type WarpRenderer } from '../../../nodes/lib/warp/renderer'
import { BONES, type WarpRig } from '../../../nodes/lib/warp/rig'
import { setUpWarp } from '../../../nodes/lib/warp/set-up'
import { maxAbsDiff } from '../../support/golden'
import { drawPortrait, IRIS, SKIN, SLEEVE } from '../../support/portrait'
import { neutralPose, swayingPose } from '../../support/poses'

const SIZE = 512
const STRIDE = 402
const FRAMES = 40

let portrait: ImageValue
let first: Float32Array
let rig: WarpRig
let renderer: WarpRenderer
let motion: PoseValue

beforeAll(async () => {
  first = neutralPose(SIZE, SIZE)
  portrait = await drawPortrait(first, SIZE, SIZE)
  rig = setUpWarp(portrait, first)
  renderer = createWarpRenderer(rig)
  motion = swayingPose(FRAMES, { width: SIZE, height: SIZE })
})

const frameOf = (pose: PoseValue, f: number) => pose.data.subarray(f * STRIDE, (f + 1) * STRIDE)

function draw(points: Float32Array, by: WarpRenderer = renderer): Uint8Array {
  const out = new Uint8Array(SIZE * SIZE * 3)
  by.render(points, out)
  return out
}

function colourAt(picture: Uint8Array, x: number, y: number): number[] {
  const i = 3 * (Math.round(y) * SIZE + Math.round(x))
  return [picture[i], picture[i + 1], picture[i + 2]]
}

const difference = (a: number[], b: number[]) => Math.max(...a.map((v, k) => Math.abs(v - b[k])))

/** A frame whose arm (0 right, 1 left) is bent: the upper arm turned by `upper` rad, the forearm by `fore` against it. */
function bentArm(points: Float32Array, side: 0 | 1, upper: number, fore: number): Float32Array {
  const out = points.slice()
  const [shoulder, elbow, wrist, hand] = side === 0 ? [2, 3, 4, 113] : [5, 6, 7, 92]
  const turn = (ids: number[], centre: number, angle: number) => {
    const cx = out[3 * centre]
    const cy = out[3 * centre + 1]
    for (const i of ids) {
      const dx = out[3 * i] - cx
      const dy = out[3 * i + 1] - cy
      out[3 * i] = cx + dx * Math.cos(angle) - dy * Math.sin(angle)
      out[3 * i + 1] = cy + dx * Math.sin(angle) + dy * Math.cos(angle)
    }
  }
  const handIds = Array.from({ length: 21 }, (_, k) => hand + k)
  turn([elbow, wrist, ...handIds], shoulder, upper)
  turn([wrist, ...handIds], elbow, fore)
  return out
}

describe('warp renderer at rest', () => {
  it('shows the portrait itself, to the level, although both arms are cut out of it', () => {
    expect(rig.arms.map((arm) => arm.tier)).toEqual(['cut', 'cut'])
    expect(maxAbsDiff(draw(first), portrait.data)).toBe(0)
  })

  it('shows the portrait itself when the whole person is cut out', async () => {
    const small = neutralPose(256, 256)
    const picture = await drawPortrait(small, 256, 256)
    const out = new Uint8Array(256 * 256 * 3)
    createWarpRenderer(setUpWarp(picture, small, { bodyMode: 'matted' })).render(small, out)
    expect(maxAbsDiff(out, picture.data)).toBe(0)
  })

  it('stays within a few levels of the portrait when everything moves by a hundredth of a pixel', () => {
    const nudged = first.map((v, k) => (k % 3 === 2 ? v : v + 0.01))
    expect(maxAbsDiff(draw(nudged), portrait.data)).toBeLessThanOrEqual(4)
  })
})

describe('warp renderer in motion', () => {
  it('leaves everything far from the person as it is in the portrait, in every frame', () => {
    for (let f = 0; f < FRAMES; f += 3) {
      const picture = draw(frameOf(motion, f))
      let worst = 0
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          // The person spans x 120…390; 0.1 of the height beyond that nothing may move.
          if (x > 70 && x < 442) continue
          for (let k = 3 * (y * SIZE + x); k < 3 * (y * SIZE + x) + 3; k++) {
            worst = Math.max(worst, Math.abs(picture[k] - portrait.data[k]))
          }
        }
      }
      expect(worst).toBeLessThanOrEqual(1)
    }
  })

  it('never folds the face outside the mouth', () => {
    for (let f = 0; f < FRAMES; f++) {
      draw(frameOf(motion, f))
      expect(renderer.body.faceJacobian).toBeGreaterThan(0.05)
    }
  })

  it('moves no part by more than one and a half times the jerk of the keypoints', () => {
    const tracks: { nodes: Float64Array[]; points: Float32Array[] } = { nodes: [], points: [] }
    for (let f = 0; f < FRAMES; f++) {
      draw(frameOf(motion, f))
      const all = [renderer.body.moved, ...renderer.arms.map((arm) => arm.moved)]
      const joined = new Float64Array(all.reduce((n, a) => n + a.length, 0))
      let at = 0
      for (const part of all) {
        joined.set(part, at)
        at += part.length
      }
      tracks.nodes.push(joined)
      tracks.points.push(frameOf(motion, f).filter((_, k) => k % 3 !== 2) as Float32Array)
    }
    const jerk = (list: ArrayLike<number>[]) => {
      let worst = 0
      for (let f = 1; f + 1 < list.length; f++) {
        for (let k = 0; k < list[f].length; k += 2) {
          const dx = list[f + 1][k] - 2 * list[f][k] + list[f - 1][k]
          const dy = list[f + 1][k + 1] - 2 * list[f][k + 1] + list[f - 1][k + 1]
          worst = Math.max(worst, Math.hypot(dx, dy))
        }
      }
      return worst
    }
    expect(jerk(tracks.nodes)).toBeLessThanOrEqual(1.5 * Math.max(0.5, jerk(tracks.points)))
  })

  it('draws the same frame the same way, whatever came before it', () => {
    const before = draw(frameOf(motion, 12))
    draw(frameOf(motion, 30))
    draw(first)
    expect(maxAbsDiff(draw(frameOf(motion, 12)), before)).toBe(0)
  })

  it('draws the same from a rig that was prepared again', () => {
    const again = setUpWarp(portrait, first)
    expect(again.id).toBe(rig.id)
    expect(maxAbsDiff(draw(frameOf(motion, 9), createWarpRenderer(again)), draw(frameOf(motion, 9)))).toBe(0)
  })

  it('draws the same from a rig that travelled to another thread', () => {
    const copy = structuredClone(rig)
    expect(maxAbsDiff(draw(frameOf(motion, 9), createWarpRenderer(copy)), draw(frameOf(motion, 9)))).toBe(0)
  })
})

/** The rig with both arms in the soft field instead of cut: nodes near a bone follow it. */
function bendable(of: WarpRig): WarpRig {
  const weights = new Float32Array(of.weights.length)
  const n = of.nx * of.ny
  for (let i = 0; i < n; i++) {
    const x = ((i % of.nx) * (SIZE - 1)) / (of.nx - 1)
    const y = (Math.floor(i / of.nx) * (SIZE - 1)) / (of.ny - 1)
    let bone: number = BONES.rest
    const away = (a: number, b: number) =>
      distanceToSegment(x, y, first[3 * a], first[3 * a + 1], first[3 * b], first[3 * b + 1])
    if (away(3, 4) < 25) bone = BONES.fore[0]
    else if (away(2, 3) < 25) bone = BONES.upper[0]
    weights[bone * n + i] = 1
  }
  for (const arm of of.arms) arm.tier = 'bend'
  return Object.assign(of, { weights, body: new Uint8Array(0) })
}

describe('arms', () => {
  it('stay in one piece from shoulder to wrist, however far they bend', () => {
    for (const [upper, fore] of [
      [0.3, 0.8],
      [0.9, 1.2],
      [-0.2, -0.7],
      [0.5, 2],
    ]) {
      const points = bentArm(first, 0, upper, fore)
      const picture = draw(points)
      for (const [a, b] of [
        [2, 3],
        [3, 4],
      ]) {
        for (let t = 0.12; t < 0.8; t += 0.04) {
          const x = points[3 * a] + t * (points[3 * b] - points[3 * a])
          const y = points[3 * a + 1] + t * (points[3 * b + 1] - points[3 * a + 1])
          // The bone may lie under its own hand or forearm; skin is whole as well.
          const off = Math.min(
            difference(colourAt(picture, x, y), SLEEVE),
            difference(colourAt(picture, x, y), SKIN),
          )
          expect(off, `bone ${a}–${b} at ${t.toFixed(2)}, turned ${upper} and ${fore}`).toBeLessThan(60)
        }
      }
    }
  })

  it('do not jump when the forearm folds past half a turn', () => {
    const place = (fore: number) => {
      draw(bentArm(first, 0, 0, fore))
      return renderer.arms.map((arm) => arm.moved.slice())
    }
    const before = place(Math.PI - 0.01)
    const after = place(Math.PI + 0.01)
    for (let k = 0; k < before.length; k++) expect(maxAbsDiff(before[k], after[k])).toBeLessThan(6)
  })

  it('carry the hand to where the pose has it', () => {
    const points = bentArm(first, 1, -0.5, -0.9)
    const picture = draw(points)
    for (const k of [9, 10, 11, 13, 6]) {
      const colour = colourAt(picture, points[3 * (92 + k)], points[3 * (92 + k) + 1])
      expect(difference(colour, SKIN)).toBeLessThan(60)
    }
  })

  it('leave nothing of the hand where it was', () => {
    const points = bentArm(bentArm(first, 0, 0.6, 0.9), 1, -0.6, -0.9)
    const picture = draw(points)
    let skin = 0
    for (let i = 92; i < 134; i++) {
      const colour = colourAt(picture, first[3 * i], first[3 * i + 1])
      if (difference(colour, SKIN) < 50) skin++
    }
    expect(skin).toBe(0)
  })

  it('cover what is behind them completely: no frame shows through or stays unpainted', () => {
    const inner = renderer as unknown as { frame: { data: Int32Array } }
    for (const points of [bentArm(first, 0, 0.6, 0.9), bentArm(first, 1, -0.6, -2.5), frameOf(motion, 15)]) {
      inner.frame.data.fill(0)
      draw(points)
      // Each layer's 8-bit rounding may take a level or two.
      expect(inner.frame.data.reduce((least, v) => Math.min(least, v >>> 24), 255)).toBeGreaterThan(249)
    }
  })

  it('of tier bend turn a little in the soft field, the shoulder least and the hand most', () => {
    const bent = structuredClone(rig)
    const soft = createWarpRenderer(bendable(bent))
    draw(bentArm(first, 0, 0.4, 0.8), soft)
    const travel = (i: number) => {
      const [x, y] = [first[3 * i], first[3 * i + 1]]
      const gx = Math.round((x * (bent.nx - 1)) / (SIZE - 1))
      const gy = Math.round((y * (bent.ny - 1)) / (SIZE - 1))
      const k = 2 * (gy * bent.nx + gx)
      const { rest, moved } = soft.body
      return Math.hypot(moved[k] - rest[k], moved[k + 1] - rest[k + 1])
    }
    expect(travel(2)).toBeLessThan(2)
    expect(travel(4)).toBeGreaterThan(2)
    expect(travel(4)).toBeGreaterThan(travel(3))
    // Whatever the motion asks: 0.22 rad per joint at most, so the wrist stays within that of its two bones.
    const bone = (a: number, b: number) =>
      Math.hypot(first[3 * a] - first[3 * b], first[3 * a + 1] - first[3 * b + 1])
    draw(bentArm(first, 0, 1.5, 2), soft)
    expect(travel(4)).toBeLessThan(0.22 * (bone(2, 3) + 2 * bone(3, 4)) + 2)
    expect(travel(4)).toBeGreaterThan(0)
  })

  it('reach no further than bones can stretch when the wrist is sent far away', () => {
    const points = first.slice()
    points[3 * 4] = -4000
    draw(points)
    for (const { moved } of renderer.arms) expect(Math.min(...moved)).toBeGreaterThan(-SIZE)
  })

  it('stay where they are in the portrait when told to', () => {
    const held = setUpWarp(portrait, first, { arms: 'hold' })
    expect(held.arms.map((arm) => arm.tier)).toEqual(['hold', 'hold'])
    expect(held.body.length).toBe(0)
    const picture = draw(bentArm(first, 0, 0.3, 0.9), createWarpRenderer(held))
    expect(maxAbsDiff(picture, portrait.data)).toBe(0)
  })
})

describe('face', () => {
  const openMouth = (by: number) => {
    const points = first.slice()
    for (const i of [89, 90, 91, 80, 81, 82, 31, 32, 33]) points[3 * i + 1] += by
    return points
  }
  /** Pixels between upper and lower inner lip of a frame. */
  const insideMouth = (points: Float32Array) => {
    const list: [number, number][] = []
    for (let t = 0.55; t < 0.95; t += 0.1) {
      for (const [up, low] of [
        [85, 91],
        [86, 90],
        [87, 89],
      ]) {
        const x = points[3 * up] + t * (points[3 * low] - points[3 * up])
        const y = points[3 * up + 1] + t * (points[3 * low + 1] - points[3 * up + 1])
        list.push([x, y])
      }
    }
    return list
  }
  const luminance = ([r, g, b]: number[]) => 0.299 * r + 0.587 * g + 0.114 * b

  it('opens a dark mouth between the lips', () => {
    const points = openMouth(10)
    const picture = draw(points)
    for (const [x, y] of insideMouth(points)) {
      const lip = luminance([168, 72, 74])
      expect(luminance(colourAt(picture, x, y))).toBeLessThan(lip)
    }
    const mean = insideMouth(points).reduce((sum, [x, y]) => sum + luminance(colourAt(picture, x, y)), 0) / 15
    const before = luminance(SKIN)
    expect(mean).toBeLessThan(0.6 * before)
  })

  it('does not touch the mouth of a head that only moves', () => {
    const points = first.slice()
    for (let i = 24; i < 92; i++) points[3 * i] += 4
    for (const i of [0, 14, 15, 16, 17]) points[3 * i] += 4
    const picture = draw(points)
    let worst = 0
    for (let y = 180; y < 205; y++) {
      for (let x = 240; x < 272; x++) {
        worst = Math.max(worst, difference(colourAt(picture, x + 4, y), colourAt(portrait.data, x, y)))
      }
    }
    expect(worst).toBeLessThanOrEqual(2)
  })

  it('covers the iris when the lids meet, and nothing else of the face', () => {
    const points = first.slice()
    for (const eye of [60, 66]) {
      for (const [up, low] of [
        [1, 5],
        [2, 4],
      ]) {
        points[3 * (eye + up)] = points[3 * (eye + low)]
        points[3 * (eye + up) + 1] = points[3 * (eye + low) + 1] - 0.2
      }
    }
    const picture = draw(points)
    for (const eye of [60, 66]) {
      const cx = (first[3 * eye] + first[3 * (eye + 3)]) / 2
      const cy = (first[3 * eye + 1] + first[3 * (eye + 3) + 1]) / 2
      expect(difference(colourAt(portrait.data, cx, cy), IRIS)).toBeLessThan(10)
      for (let y = cy - 4; y <= cy + 4; y++) {
        for (let x = cx - 8; x <= cx + 8; x++) {
          expect(difference(colourAt(picture, x, y), IRIS)).toBeGreaterThan(30)
        }
      }
    }
    let changed = 0
    for (let y = 165; y < 230; y++) {
      for (let x = 200; x < 312; x++)
        changed += difference(colourAt(picture, x, y), colourAt(portrait.data, x, y))
    }
    expect(changed).toBe(0)
  })
})

describe('points that are missing', () => {
  it('are taken from the first pose: a frame of nothing is the portrait', () => {
    const nothing = new Float32Array(STRIDE).fill(Number.NaN)
    expect(maxAbsDiff(draw(nothing), portrait.data)).toBe(0)
    const unseen = first.map((v, k) => (k % 3 === 2 ? 0.1 : v + 50))
    expect(maxAbsDiff(draw(unseen), portrait.data)).toBe(0)
  })

  it('do not move what they belong to: a hand without points follows its forearm', () => {
    const points = bentArm(first, 0, 0.2, 0.6)
    const whole = draw(points)
    for (let i = 113; i < 134; i++) points[3 * i + 2] = 0
    const without = draw(points)
    let sum = 0
    for (let k = 0; k < whole.length; k++) sum += Math.abs(whole[k] - without[k])
    expect(sum / whole.length).toBeLessThan(0.5)
  })

  it('a single one that is NaN disturbs nothing else', () => {
    const points = frameOf(motion, 15).slice()
    points[3 * 90] = Number.NaN
    points[3 * 120 + 1] = Number.NaN
    expect(draw(points).every((v) => v >= 0)).toBe(true)
    expect(renderer.body.faceMoved.every(Number.isFinite)).toBe(true)
    expect(renderer.arms.every((arm) => arm.moved.every(Number.isFinite))).toBe(true)
  })
})
