import { beforeAll, describe, expect, it } from 'vitest'
import type { ImageValue, PoseValue, VideoValue } from '../../../nodes/core/values'
import { renderWarp } from '../../../nodes/render/warp'
import { maxAbsDiff } from '../../support/golden'
import { framesOf, maskOf, runNode, testContext } from '../../support/node-context'
import { drawPortrait } from '../../support/portrait'
import { neutralPose, stillPose, swayingPose } from '../../support/poses'

const SIZE = 256
let portrait: ImageValue
let firstPose: PoseValue
let pose: PoseValue

beforeAll(async () => {
  const first = neutralPose(SIZE, SIZE)
  portrait = await drawPortrait(first, SIZE, SIZE)
  firstPose = stillPose(first, 1, SIZE, SIZE)
  pose = swayingPose(11, { width: SIZE, height: SIZE })
})

const render = async (
  inputs: Record<string, unknown>,
  params = {},
  ctx = testContext({ definition: renderWarp }),
) => {
  const { video } = await runNode(renderWarp, { portrait, firstPose, pose, ...inputs }, params, ctx)
  return { video: video as VideoValue, ctx }
}

describe('render/warp', () => {
  it('makes one picture per frame of the motion, the first of them the portrait', async () => {
    const { video, ctx } = await render({})
    expect(video).toMatchObject({ width: SIZE, height: SIZE, frames: 11, fps: 25 })
    const frames = await framesOf(video)
    expect(frames.length).toBe(11)
    expect(maxAbsDiff(frames[0], portrait.data)).toBe(0)
    expect(maxAbsDiff(frames[10], frames[0])).toBeGreaterThan(60)
    expect(ctx.warnings).toEqual([])
    expect(ctx.fractions.at(-1)).toBe(1)
  })

  it('makes the same chunk whichever is asked for first', async () => {
    const a = (await render({})).video
    const b = (await render({})).video
    const late = await a.chunk(1)
    await b.chunk(0)
    expect(maxAbsDiff(await b.chunk(1), late)).toBe(0)
  })

  it('repeats the picture when the motion stands still', async () => {
    const frame = pose.data.slice(9 * 402, 10 * 402)
    const { video } = await render({ pose: stillPose(frame, 3, SIZE, SIZE) })
    const frames = await framesOf(video)
    expect(maxAbsDiff(frames[0], frames[1])).toBe(0)
    expect(maxAbsDiff(frames[1], frames[2])).toBe(0)
  })

  it('shrinks a large portrait and says so', async () => {
    const large = await drawPortrait(neutralPose(640, 640), 640, 640)
    const { video, ctx } = await render(
      {
        portrait: large,
        firstPose: stillPose(neutralPose(640, 640), 1, 640, 640),
        pose: swayingPose(2, { width: 640, height: 640 }),
      },
      { maxSize: 320 },
    )
    expect([video.width, video.height]).toEqual([320, 320])
    expect(ctx.warnings).toEqual(['The portrait was shrunk from 640 × 640 to 320 × 320.'])
    await framesOf(video)
  })

  it('takes poses from a canvas of another size but the same shape', async () => {
    const { video } = await render({
      firstPose: stillPose(neutralPose(512, 512), 1, 512, 512),
      pose: stillPose(neutralPose(512, 512), 2, 512, 512),
    })
    const [frame] = await framesOf(video)
    expect(maxAbsDiff(frame, portrait.data)).toBe(0)
  })

  it('refuses a first pose of another shape, with both sizes', async () => {
    await expect(render({ firstPose: stillPose(neutralPose(512, 384), 1, 512, 384) })).rejects.toThrow(
      /512 × 384.*256 × 256/,
    )
  })

  it('refuses masks with another number of frames', async () => {
    const masks = maskOf({ hands: new Uint8Array(5 * 16 * 16) }, 16, 16)
    await expect(render({ masks })).rejects.toThrow(/5 frames.*11/)
  })

  it('lets masks hold parts of the picture back', async () => {
    const masks = maskOf({ upperBody: new Uint8Array(11 * 16 * 16) }, 16, 16)
    const frames = await framesOf((await render({ masks })).video)
    expect(maxAbsDiff(frames[10], portrait.data)).toBe(0)
  })

  it('holds the arm of a hand that no mask lets move, without complaint about its outline', async () => {
    const left = new Uint8Array(11 * 16 * 16).map((_, i) => (i % 16 >= 8 ? 255 : 0))
    const { video, ctx } = await render({ masks: maskOf({ hands: left }, 16, 16) })
    expect(ctx.warnings).toEqual([])
    const frames = await framesOf(video)
    const worst = (x0: number, x1: number) => {
      let most = 0
      for (let y = SIZE / 2; y < SIZE; y++) {
        for (let k = 3 * (y * SIZE + x0); k < 3 * (y * SIZE + x1); k++)
          most = Math.max(most, Math.abs(frames[10][k] - portrait.data[k]))
      }
      return most
    }
    expect(worst(0, 60)).toBeLessThanOrEqual(1)
    expect(worst(SIZE / 2, SIZE)).toBeGreaterThan(60)
  })

  it('sends the sound along, and says when there is more of it than motion', async () => {
    const audio = { sampleRate: 8000, channels: [new Float32Array(16_000)] }
    const { video, ctx } = await render({ audio })
    expect(video.audio).toBe(audio)
    expect(ctx.warnings).toEqual(['The sound lasts 2.0 s, the motion 0.4 s; the rest is not shown.'])
  })

  it('knows its size, length and rate before it runs', () => {
    const facts = renderWarp.facts?.({
      params: renderWarp.params.parse({ maxSize: 512 }),
      inputs: { portrait: { width: 1024, height: 768 }, pose: { frames: 50, fps: 25 } },
      asset: () => undefined,
    })
    expect(facts?.video).toEqual({ frames: 50, fps: 25, width: 512, height: 384, durationSeconds: 2 })
  })

  it('stops while the portrait is rigged when the run is cancelled', async () => {
    const ctx = testContext({ definition: renderWarp })
    ctx.abort()
    await expect(render({}, {}, ctx)).rejects.toThrow(/cancelled/)
    expect(ctx.fractions).toEqual([])
  })

  it('stops between frames when the run is cancelled', async () => {
    const { video, ctx } = await render({})
    ctx.abort()
    await expect(video.chunk(0)).rejects.toThrow(/cancelled/)
  })
})
