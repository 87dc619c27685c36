import { describe, expect, it } from 'vitest'
import { drawPose } from '../../../nodes/lib/pose/draw'
import { poseDraw } from '../../../nodes/pose/draw'
import { framesOf, runNode, testContext } from '../../support/node-context'
import { swayingPose } from '../../support/poses'

describe('pose/draw', () => {
  const pose = swayingPose(19, { width: 160, height: 120, fps: 30 })

  it('gives one picture per frame, whatever chunk it lies in', async () => {
    const { video } = await runNode(poseDraw, { pose })
    expect(video).toMatchObject({ frames: 19, fps: 30, width: 160, height: 120 })
    const frames = await framesOf(video)
    expect(frames).toHaveLength(19)
    frames.forEach((frame, f) => {
      const drawn = drawPose(pose.data.subarray(f * 402, f * 402 + 402), 160, 120)
      expect(Buffer.compare(frame, drawn)).toBe(0)
    })
  })

  it('draws only the parts chosen', async () => {
    const { video } = await runNode(poseDraw, { pose }, { parts: ['face'] })
    expect(new Set(await video.chunk(0))).toEqual(new Set([0, 255]))
  })

  it('knows its facts before it runs', () => {
    const facts = poseDraw.facts?.({
      params: poseDraw.params.parse({}),
      inputs: { pose: { frames: 50, fps: 25, width: 512, height: 512 } },
      asset: () => undefined,
    })
    expect(facts?.video).toEqual({ frames: 50, fps: 25, width: 512, height: 512, durationSeconds: 2 })
  })

  it('stops when the run is cancelled', async () => {
    const ctx = testContext({ definition: poseDraw })
    const { video } = await runNode(poseDraw, { pose }, {}, ctx)
    ctx.abort()
    await expect(video.chunk(0)).rejects.toThrow('cancelled')
  })
})
