import { expect, it } from 'vitest'
import type { VideoValue } from '../../nodes/core/values'
import { diffusionMmHaa } from '../../nodes/diffusion/mm-haa'
import { maskCombine } from '../../nodes/mask/combine'
import { maskFromVideo } from '../../nodes/mask/from-video'
import { tiny } from '../support/both-stages'
import { framesOf, runNode, testContext, videoOf } from '../support/node-context'
import { litPicture } from '../support/tiny-pack/lit-picture'

/** A video of one grey, lighter where a region may be. */
function grey(side: number, frames: number, fps: number): VideoValue {
  const picture = new Uint8Array(side * side * 3).fill(0)
  picture.fill(255, side * side, 2 * side * side)
  return videoOf(Array<Uint8Array>(frames).fill(picture), side, side, fps)
}

it('drawn poses and masks of other rates, sizes and lengths are aligned, and the result says how', async () => {
  const warnings: string[] = []
  const context = (definition: typeof diffusionMmHaa | typeof maskCombine) => {
    const ctx = testContext({ definition, networks: tiny })
    ctx.warn = (text) => void warnings.push(text)
    return ctx
  }
  const mask = async (region: string, video: VideoValue) =>
    (await runNode(maskFromVideo, { video }, { region })).mask
  const face = await mask('face', grey(64, 10, 25))
  const lips = await mask('lips', grey(96, 30, 50))
  const { mask: masks } = await runNode(maskCombine, { a: face, b: lips }, {}, context(maskCombine))
  const inputs = { portrait: litPicture(90, [], 64), drawn: grey(128, 24, 30), masks }
  const params = { width: 64, height: 64, steps: 1, guidance: 1 }
  const { video } = await runNode(diffusionMmHaa, inputs, params, context(diffusionMmHaa))
  expect([video.fps, video.frames]).toEqual([30, 12])
  expect(await framesOf(video)).toHaveLength(12)
  expect(warnings).toEqual([
    'Mask B (96 × 96) is resized to mask A (64 × 64).',
    'Mask B has 50 frames a second, mask A 25: each frame takes what is nearest in time.',
    'The masks have 10 frames as the shorter one; what is longer is cut (15).',
    'The rate of the masks is 25 a second, that of the motion 30: each frame takes what is nearest in time.',
    'The video has 12 frames as the masks; what is longer is cut (the motion 24).',
  ])
})
