import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskFromVideo } from '../../../nodes/mask/from-video'
import { maskToVideo } from '../../../nodes/mask/to-video'
import { maskOf, planeOf, runNode, testContext, videoOf } from '../../support/node-context'

const W = 5
const H = 4
const plane = fc.uint8Array({ minLength: 9 * W * H, maxLength: 9 * W * H })

describe('mask/to-video and mask/from-video', () => {
  it('bring three regions through colours without loss', async () => {
    await fc.assert(
      fc.asyncProperty(plane, plane, plane, async (face, lips, hands) => {
        const { video } = await runNode(maskToVideo, { mask: maskOf({ face, lips, hands }, W, H, 30) })
        const { mask } = await runNode(maskFromVideo, { video })
        expect(mask).toMatchObject({
          fps: 30,
          frames: 9,
          width: W,
          height: H,
          regions: ['face', 'lips', 'hands'],
        })
        expect(await planeOf(mask, 'face')).toEqual(face)
        expect(await planeOf(mask, 'lips')).toEqual(lips)
        expect(await planeOf(mask, 'hands')).toEqual(hands)
      }),
      { numRuns: 20 },
    )
  })

  it('bring one region through grey without loss, from brightness or any colour', async () => {
    const levels = Uint8Array.from({ length: 13 * W * H }, (_, i) => i % 256)
    const { video } = await runNode(
      maskToVideo,
      { mask: maskOf({ sleeve: levels }, W, H) },
      { region: 'sleeve' },
    )
    for (const channel of ['luma', 'red', 'green', 'blue']) {
      const { mask } = await runNode(maskFromVideo, { video }, { region: 'sleeve', channel })
      expect(await planeOf(mask, 'sleeve')).toEqual(levels)
    }
  })

  it('let the colours be chosen', async () => {
    const [a, b] = [new Uint8Array(W * H).fill(10), new Uint8Array(W * H).fill(20)]
    const params = { red: null, green: 'b', blue: 'a' }
    const { video } = await runNode(maskToVideo, { mask: maskOf({ a, b }, W, H) }, params)
    expect([...(await video.chunk(0)).subarray(0, 3)]).toEqual([0, 20, 10])
    const { mask } = await runNode(maskFromVideo, { video }, params)
    expect(mask.regions).toEqual(['b', 'a'])
    expect(await planeOf(mask, 'a')).toEqual(a)
  })
})

describe('mask/to-video', () => {
  const blank = new Uint8Array(W * H)

  it('says which regions have no colour and which colours no region', async () => {
    const ctx = testContext({ definition: maskToVideo })
    await runNode(
      maskToVideo,
      { mask: maskOf({ face: blank, hands: blank, upperBody: blank }, W, H) },
      {},
      ctx,
    )
    expect(ctx.warnings).toEqual([
      'The mask has no region "lips"; its colour stays black.',
      'Not in the picture, for lack of a colour: upperBody.',
    ])
  })

  it('refuses a region that is not there, and a picture of nothing', async () => {
    const mask = maskOf({ logo: blank }, W, H)
    await expect(runNode(maskToVideo, { mask }, { region: 'face' })).rejects.toThrow('no region "face"')
    await expect(runNode(maskToVideo, { mask })).rejects.toMatchObject({ code: 'mask/nothing-to-show' })
  })
})

describe('mask/from-video', () => {
  const video = videoOf([Uint8Array.from({ length: W * H * 3 }, (_, i) => i * 4)], W, H)

  it('makes a hard mask from a threshold', async () => {
    const { mask } = await runNode(maskFromVideo, { video }, { region: 'x', channel: 'red', threshold: 120 })
    const plane = await planeOf(mask, 'x')
    expect([...plane]).toEqual(Array.from({ length: W * H }, (_, i) => (i * 12 >= 120 ? 255 : 0)))
  })

  it.each([
    [{ red: 'face', green: 'face' }, /"face" is named for two colours/],
    [{ red: null, green: null, blue: null }, /at least one of red, green and blue/],
    [{ region: '../x' }, /1 to 40 letters/],
  ])('refuses %j', async (params, message) => {
    await expect(runNode(maskFromVideo, { video }, params)).rejects.toThrow(message as RegExp)
  })
})
