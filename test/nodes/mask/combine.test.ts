import { describe, expect, it } from 'vitest'
import type { MaskValue } from '../../../nodes/core/values'
import { maskCombine } from '../../../nodes/mask/combine'
import { maskOf, planeOf, runNode, testContext } from '../../support/node-context'

const FRAMES = 10
const planes = (seed: number) =>
  Uint8Array.from({ length: FRAMES * 12 }, (_, i) => ((i * 89 + seed * 57) * (i + seed)) % 256)
const a = maskOf({ face: planes(1), hands: planes(2) }, 4, 3)
const b = maskOf({ face: planes(3), lips: planes(4) }, 4, 3)
const combine = async (params: Record<string, unknown>, inputs = { a, b }) =>
  (await runNode(maskCombine, inputs, params)).mask

describe('mask/combine', () => {
  it('combines all regions of both; one that a mask lacks is black there', async () => {
    const mask = await combine({ op: 'union' })
    expect(mask.regions).toEqual(['face', 'hands', 'lips'])
    const larger = planes(1).map((v, i) => Math.max(v, planes(3)[i]))
    expect(await planeOf(mask, 'face')).toEqual(larger)
    expect(await planeOf(mask, 'hands')).toEqual(planes(2))
    expect(await planeOf(mask, 'lips')).toEqual(planes(4))
  })

  it('passes regions of A that are not chosen, and leaves out those of B', async () => {
    const mask = await combine({ op: 'subtract', regions: ['face'] })
    expect(mask.regions).toEqual(['face', 'hands'])
    expect(await planeOf(mask, 'hands')).toEqual(planes(2))
    expect(await planeOf(mask, 'face')).toEqual(planes(1).map((v, i) => Math.max(0, v - planes(3)[i])))
  })

  it('uses one region of B against every region of A', async () => {
    const mask = await combine({ op: 'intersect', regionOfB: 'lips' })
    expect(mask.regions).toEqual(['face', 'hands'])
    expect(await planeOf(mask, 'hands')).toEqual(planes(2).map((v, i) => Math.min(v, planes(4)[i])))
  })

  it('gives nothing when a mask is subtracted from itself', async () => {
    const mask = await combine({ op: 'subtract' }, { a, b: a })
    for (const region of mask.regions) expect((await planeOf(mask, region)).some(Boolean)).toBe(false)
  })

  it.each<[string, MaskValue, string]>([
    [
      'size',
      maskOf({ face: new Uint8Array(FRAMES * 48).fill(9) }, 8, 6),
      'Mask B (8 × 6) is resized to mask A (4 × 3).',
    ],
    [
      'length',
      maskOf({ face: new Uint8Array(9 * 12).fill(9) }, 4, 3),
      'The masks have 9 frames as the shorter one; what is longer is cut (10).',
    ],
    [
      'rate',
      maskOf({ face: new Uint8Array(20 * 12).fill(9) }, 4, 3, 50),
      'Mask B has 50 frames a second, mask A 25: each frame takes what is nearest in time.',
    ],
  ])('brings a mask of another %s to the first, and says so', async (_, other, note) => {
    const ctx = testContext()
    const { mask } = await runNode(maskCombine, { a, b: other }, { op: 'add' }, ctx)
    expect(ctx.warnings).toEqual([note])
    expect(mask).toMatchObject({ width: 4, height: 3, fps: 25, frames: Math.min(FRAMES, other.frames) })
    const expected = planes(1)
      .subarray(0, mask.frames * 12)
      .map((level) => Math.min(255, level + 9))
    expect(await planeOf(mask, 'face')).toEqual(expected)
  })

  it('takes of another rate the frames nearest in time', async () => {
    const numbered = Uint8Array.from({ length: 20 * 12 }, (_, i) => Math.floor(i / 12))
    const empty = maskOf({ hands: new Uint8Array(FRAMES * 12) }, 4, 3)
    const mask = await combine({}, { a: empty, b: maskOf({ face: numbered }, 4, 3, 50) })
    const face = await planeOf(mask, 'face')
    expect(Array.from({ length: FRAMES }, (_, f) => face[12 * f])).toEqual([
      0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
    ])
  })

  it('refuses regions that neither mask has, before any frame is made', async () => {
    await expect(combine({ regions: ['nose'] })).rejects.toThrow('no region "nose"')
    await expect(combine({ regionOfB: 'hands' })).rejects.toThrow('no region "hands"')
  })

  it('knows its regions before it runs', () => {
    const facts = maskCombine.facts?.({
      params: maskCombine.params.parse({ regions: ['lips'] }),
      inputs: {
        a: { regions: ['face'], frames: 5, fps: 25 },
        b: { regions: ['lips', 'hands'], frames: 12, fps: 50 },
      },
      asset: () => undefined,
    })
    expect(facts?.mask).toMatchObject({ frames: 5, regions: ['face', 'lips'] })
  })
})
