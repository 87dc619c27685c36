import { describe, expect, it } from 'vitest'
import { maskCombine } from '../../../nodes/mask/combine'
import { maskOf, planeOf, runNode } from '../../support/node-context'

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

  it.each([
    ['sizes', maskOf({ face: planes(1) }, 3, 4), 'mask/size-mismatch', /4 × 3 pixels, mask B 3 × 4/],
    [
      'lengths',
      maskOf({ face: planes(1).subarray(12) }, 4, 3),
      'mask/length-mismatch',
      /10 frames, mask B 9/,
    ],
    ['frame rates', maskOf({ face: planes(1) }, 4, 3, 30), 'mask/fps-mismatch', /25 fps, mask B at 30 fps/],
  ])('refuses masks of different %s and says both', async (_, other, code, message) => {
    const attempt = combine({}, { a, b: other })
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('refuses regions that neither mask has, before any frame is made', async () => {
    await expect(combine({ regions: ['nose'] })).rejects.toThrow('no region "nose"')
    await expect(combine({ regionOfB: 'hands' })).rejects.toThrow('no region "hands"')
  })

  it('knows its regions before it runs', () => {
    const facts = maskCombine.facts?.({
      params: maskCombine.params.parse({ regions: ['lips'] }),
      inputs: { a: { regions: ['face'], frames: 5 }, b: { regions: ['lips', 'hands'] } },
      asset: () => undefined,
    })
    expect(facts?.mask).toMatchObject({ frames: 5, regions: ['face', 'lips'] })
  })
})
