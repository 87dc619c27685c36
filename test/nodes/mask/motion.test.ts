import { describe, expect, it } from 'vitest'
import { motionMask } from '../../../nodes/lib/mask/motion-masks'
import { maskMotion } from '../../../nodes/mask/motion'
import { planeOf, runNode, testContext } from '../../support/node-context'
import { swayingPose } from '../../support/poses'

describe('mask/motion', () => {
  const pose = swayingPose(11, { width: 160, height: 160 })

  it('gives every region of every frame, whatever chunk it lies in', async () => {
    const { mask } = await runNode(maskMotion, { pose })
    expect(mask).toMatchObject({ frames: 11, fps: 25, width: 160, height: 160 })
    expect(mask.regions).toEqual(['face', 'lips', 'hands', 'upperBody'])
    for (const region of mask.regions) {
      const plane = await planeOf(mask, region)
      for (let f = 0; f < 11; f++) {
        const points = pose.data.subarray(f * 402, f * 402 + 402)
        const expected = motionMask(points, region, 160, 160)
        expect(Buffer.compare(plane.subarray(f * 25_600, (f + 1) * 25_600), expected), `${region} ${f}`).toBe(
          0,
        )
      }
    }
  })

  it('offers the regions chosen only, each once, and refuses others by name', async () => {
    const { mask } = await runNode(maskMotion, { pose }, { regions: ['lips', 'hands', 'lips'] })
    expect(mask.regions).toEqual(['lips', 'hands'])
    await expect(mask.chunk('face', 0)).rejects.toMatchObject({
      code: 'mask/no-region',
      hint: 'It has lips, hands. Choose one of these.',
    })
  })

  it('grows boxes by the padding', async () => {
    const count = (plane: Uint8Array) => plane.filter(Boolean).length
    const { mask } = await runNode(maskMotion, { pose })
    const { mask: padded } = await runNode(maskMotion, { pose }, { padding: 4 })
    for (const region of mask.regions) {
      expect(count(await planeOf(padded, region))).toBeGreaterThan(count(await planeOf(mask, region)))
    }
  })

  it('stops when the run is cancelled', async () => {
    const ctx = testContext({ definition: maskMotion })
    const { mask } = await runNode(maskMotion, { pose }, {}, ctx)
    ctx.abort()
    await expect(mask.chunk('face', 0)).rejects.toThrow('cancelled')
  })
})
