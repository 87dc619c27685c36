import { describe, expect, it } from 'vitest'
import type { StudioError } from '../../../nodes/core/errors'
import { computePiece } from '../../../nodes/lib/warp/pieces'
import { createWarpRenderer } from '../../../nodes/lib/warp/renderer'
import { setUpSteps, setUpWarp } from '../../../nodes/lib/warp/set-up'
import { paintSetUp, type SetUpView } from '../../../nodes/lib/warp/set-up-view'
import { maxAbsDiff } from '../../support/golden'
import { drawPortrait, SLEEVE } from '../../support/portrait'
import { neutralPose, swayingPose } from '../../support/poses'

const STRIDE = 402

async function subject(width: number, height: number, alpha = false) {
  const first = neutralPose(width, height)
  return { first, portrait: await drawPortrait(first, width, height, { alpha }) }
}

describe('setUpWarp', () => {
  it.each([
    [256, 256],
    [420, 300],
    [260, 480],
    [640, 640],
  ])('takes a portrait of %i × %i: rest is the portrait, arms move', async (width, height) => {
    const { first, portrait } = await subject(width, height)
    const rig = setUpWarp(portrait, first)
    const renderer = createWarpRenderer(rig)
    const out = new Uint8Array(width * height * 3)
    renderer.render(first, out)
    expect(maxAbsDiff(out, portrait.data)).toBe(0)
    expect(rig.arms.map((arm) => arm.tier)).toEqual(['cut', 'cut'])
    const { data } = swayingPose(16, { width, height })
    renderer.render(data.subarray(15 * STRIDE, 16 * STRIDE), out)
    expect(maxAbsDiff(out, portrait.data)).toBeGreaterThan(60)
  })

  it('finds the arms by their outline', async () => {
    const { first, portrait } = await subject(512, 512)
    const [right] = setUpWarp(portrait, first).arms
    expect(right.confidence).toBeGreaterThan(4.5)
    // Half of the bone's surroundings that are sleeve in the picture must be in the layer, and nothing beyond.
    const { box, upper, fore } = right
    let missed = 0
    let extra = 0
    let sleeve = 0
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        const i = 3 * ((box.top + y) * 512 + box.left + x)
        const isSleeve = SLEEVE.every((v, k) => Math.abs(v - portrait.data[i + k]) < 6)
        const o = 4 * (y * box.width + x) + 3
        const alpha = Math.max(upper[o], fore[o])
        const below = box.top + y > first[3 * 2 + 1] + 30
        if (isSleeve && below) sleeve++
        if (isSleeve && below && alpha < 128) missed++
        const isSweater = [47, 85, 128].every((v, k) => Math.abs(v - portrait.data[i + k]) < 6)
        if (isSweater && alpha > 128) extra++
      }
    }
    expect(missed).toBeLessThan(0.03 * sleeve)
    expect(extra).toBeLessThan(0.08 * sleeve)
  })

  it('holds an arm whose wrist is outside the picture', async () => {
    const { first, portrait } = await subject(256, 256)
    const low = first.slice()
    for (let i = 113; i < 134; i++) low[3 * i + 1] += 60
    low[3 * 4 + 1] += 60
    const rig = setUpWarp(portrait, low)
    expect(rig.arms.find((arm) => arm.side === 0)?.tier).toBe('hold')
  })

  it('lays a transparent portrait on white', async () => {
    const { first, portrait } = await subject(256, 256, true)
    const rig = setUpWarp(portrait, first)
    expect(rig.transparent).toBe(true)
    expect([...rig.portrait.subarray(0, 3)]).toEqual([255, 255, 255])
    const out = new Uint8Array(256 * 256 * 3)
    createWarpRenderer(rig).render(first, out)
    expect(maxAbsDiff(out, rig.portrait)).toBe(0)
  })

  it('is plain data: numbers, texts and typed arrays', async () => {
    const { first, portrait } = await subject(256, 256)
    const check = (value: unknown): boolean =>
      typeof value === 'number' ||
      typeof value === 'string' ||
      typeof value === 'boolean' ||
      value instanceof Uint8Array ||
      value instanceof Float32Array ||
      (Array.isArray(value) && value.every(check)) ||
      (typeof value === 'object' &&
        value !== null &&
        Object.getPrototypeOf(value) === Object.prototype &&
        Object.values(value).every(check))
    expect(check(setUpWarp(portrait, first))).toBe(true)
  })

  it('says what is missing in a first pose without face or shoulders', async () => {
    const { first, portrait } = await subject(256, 256)
    const faceless = first.map((v, k) => (k >= 72 && k < 276 && k % 3 === 2 ? 0 : v))
    expect(() => setUpWarp(portrait, faceless)).toThrow(/0 of 68 face points/)
    const shoulderless = first.map((v, k) => (k === 8 ? 0 : v))
    expect(() => setUpWarp(portrait, shoulderless)).toThrow(/shoulders/)
    try {
      setUpWarp(portrait, shoulderless)
    } catch (error) {
      expect((error as StudioError).code).toBe('pose/no-shoulders')
    }
  })

  it('shows on the way the person, then the arms, then what lay behind the arms', async () => {
    const { first, portrait } = await subject(256, 256)
    const views: SetUpView[] = []
    const steps = setUpSteps(portrait, first)
    for (let step = steps.next(); !step.done; ) {
      if ('view' in step.value && step.value.view) views.push(step.value.view)
      step = steps.next('work' in step.value ? step.value.work.map(computePiece) : [])
    }
    const parts = views.map(({ person, arms }) =>
      [person && 'person', arms && 'arms'].filter(Boolean).join('+'),
    )
    expect(parts).toEqual(['', 'person', 'person+arms', ''])
    const [plain, person, arms] = views.map((view) => paintSetUp(view).data)
    const corner = (picture: Uint8Array) => picture[0]
    const elbow = (picture: Uint8Array) => {
      const at = 3 * (Math.round(first[3 * 3 + 1]) * 256 + Math.round(first[3 * 3]))
      return [...picture.subarray(at, at + 3)]
    }
    expect(corner(person)).toBeLessThan(corner(plain))
    expect(elbow(person)).toEqual(elbow(plain))
    expect(elbow(arms)).not.toEqual(elbow(plain))
    expect(views[3].rgb).not.toEqual(views[0].rgb)
  })
})
