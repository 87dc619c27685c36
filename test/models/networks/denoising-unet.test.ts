import { expect, it } from 'vitest'
import { timeFeatures } from '../../../models/modules/time-embedding'
import {
  type DenoisingUnetConfig,
  denoisingUnet,
  type WindowOptions,
} from '../../../models/networks/denoising-unet'
import { bankNames, referenceUnet } from '../../../models/networks/reference-unet'
import { denoise } from '../../support/denoise'
import { expectNear } from '../../support/expect-near'
import { formulaWeight } from '../../support/formula-weights'
import { describeGolden, goldenPath, readSafetensors } from '../../support/golden'
import { type Numbers, noise, runGraph, type WeightSource, weightTable } from '../../support/run-graph'

/** Widths of 32 and the topology of the released model. */
const TINY: DenoisingUnetConfig = {
  levels: 4,
  layers: 2,
  heads: 4,
  groups: 8,
  motion: { heads: 8, groups: 32 },
  audioTokens: 4,
}
const [CHANNELS, IMAGE, AUDIO] = [32, 16, 24]
const NEAR = { abs: 2e-5, rel: 2e-5 }

interface Size {
  frames: number
  height: number
  width: number
}

/** Numbers for every input of a window, as large as in real use. */
function inputsFor({ frames, height, width }: Size, banks: readonly string[] = []): Record<string, Numbers> {
  const levelOf = (name: string) => (name.startsWith('mid') ? 3 : Number(name.match(/\d/)![0]))
  const pixels = (level: number) => (height >> level) * (width >> level)
  const level = (name: string) => (name.startsWith('up') ? 3 - levelOf(name) : levelOf(name))
  return {
    latents: noise([frames, 4, height, width], 1),
    pose: noise([frames, CHANNELS, height, width], 2),
    time: { shape: [1, CHANNELS], data: timeFeatures(700, CHANNELS) },
    motion_scale: { shape: [3], data: [1, 0.5, 2] },
    image: noise([1, 1, IMAGE], 3),
    tokens: noise([frames, TINY.audioTokens, AUDIO], 4),
    ...Object.fromEntries([0, 1, 2].map((l) => [`masks.${l}`, noise([frames, 3, pixels(l)], 5 + l)])),
    ...Object.fromEntries(
      banks.map((name, i) => [`${name}.bank`, noise([1, pixels(level(name)), CHANNELS], 9 + i)]),
    ),
  }
}

const numbers = ({ data }: Numbers) => Array.from(data as ArrayLike<number>, Number)

/** Data laid out [… height, width, inner] on its side: [… width, height, inner]. */
function turned(data: ArrayLike<number | bigint>, height: number, width: number, inner = 1): number[] {
  const image = height * width
  return Array.from({ length: data.length }, (_, at) => {
    const [pixel, i] = [Math.floor(at / inner), at % inner]
    const [x, y] = [Math.floor((pixel % image) / height), pixel % height]
    return Number(data[(pixel - (pixel % image) + y * width + x) * inner + i])
  })
}

describeGolden('the denoising UNet', () => {
  const published = readSafetensors(goldenPath('stage2/unet3d_full/weights.safetensors'))
  const banks = bankNames(weightTable(published), TINY)

  const run = async (
    options: WindowOptions,
    feeds = inputsFor(options, banks),
    weights: WeightSource = formulaWeight,
  ) => numbers((await denoise(denoisingUnet(weightTable(published), TINY, options), feeds, weights)).velocity)

  it('without guidance runs the conditional row alone, as it is beside the other', async () => {
    const size = { frames: 2, height: 8, width: 8 }
    const both = await run(size)
    const half = both.length / 2
    expectNear('conditional', await run({ ...size, rows: 'conditional' }), both.slice(half), NEAR)
    expectNear('unconditional', await run({ ...size, rows: 'unconditional' }), both.slice(0, half), NEAR)
  }, 30_000)

  it('takes pictures that are not square: one on its side comes out on its side', async () => {
    // Not smaller: of 1 × 2 pixels the motion modules' norm has two numbers each, and makes much of their rounding.
    const [height, width, frames] = [16, 24, 2]
    const feeds = inputsFor({ frames, height, width }, banks)
    const onTheirSide = Object.entries(feeds).map(([name, { shape, data }]): [string, Numbers] => {
      if (name === 'latents' || name === 'pose') {
        return [name, { shape: [...shape.slice(0, 2), width, height], data: turned(data, height, width) }]
      }
      if (name.startsWith('masks.')) {
        const level = Number(name.at(-1))
        return [name, { shape, data: turned(data, height >> level, width >> level) }]
      }
      if (!name.endsWith('.bank')) return [name, { shape, data }]
      const level = Math.log2((height * width) / shape[1]) / 2
      return [name, { shape, data: turned(data, height >> level, width >> level, CHANNELS) }]
    })
    const kernelsTurned = (key: string, shape: readonly number[]) => {
      const data = formulaWeight(key, shape)
      return shape.length === 4 ? Float32Array.from(turned(data, shape[2], shape[3])) : data
    }
    const upright = await run({ frames, height, width }, feeds)
    const lying = await run(
      { frames, height: width, width: height },
      Object.fromEntries(onTheirSide),
      kernelsTurned,
    )
    expectNear('velocity', lying, turned(upright, height, width), NEAR)
  }, 30_000)

  it('says which sizes fit when one does not', () => {
    const size = { frames: 2, height: 8, width: 12 }
    const build = () => denoisingUnet(weightTable(published), TINY, size)
    expect(build).toThrow('[4, 32, 8, 12] cannot be halved 3 times')
    expect(build).toThrow(expect.objectContaining({ hint: expect.stringContaining('of pixels of 64') }))
  })

  it('takes windows of 1 to 32 frames, which meet in the motion modules alone', async () => {
    const still = (key: string, shape: readonly number[]) => {
      const data = formulaWeight(key, shape)
      return key.includes('temporal_transformer.proj_out') ? data.fill(0) : data
    }
    const size = { frames: 32, height: 8, width: 8 }
    const whole = inputsFor(size, banks)
    const velocity = await run(size, whole, still)
    const perFrame = velocity.length / 64
    for (const frames of [1, 5]) {
      const first = Object.entries(whole).map(([name, { shape, data }]): [string, Numbers] => {
        if (shape[0] !== 32) return [name, { shape, data }]
        const count = (data.length / 32) * frames
        return [name, { shape: shape.with(0, frames), data: numbers({ shape, data }).slice(0, count) }]
      })
      const few = await run({ ...size, frames }, Object.fromEntries(first), still)
      for (const row of [0, 1]) {
        const start = row * frames * perFrame
        const expected = velocity.slice(row * 32 * perFrame, (row * 32 + frames) * perFrame)
        expectNear(`row ${row} of ${frames}`, few.slice(start, start + frames * perFrame), expected, NEAR)
      }
    }
    const moving = await run(size, whole)
    expect(moving.some((x, i) => Math.abs(x - velocity[i]) > 1e-3)).toBe(true)
    expect(() => denoisingUnet(weightTable(published), TINY, { ...size, frames: 33 })).toThrow(
      '33 frames in a window, at most 32 at down_blocks.0',
    )
  }, 60_000)

  it('gives the same by attention in chunks as by fused attention', async () => {
    const size = { frames: 3, height: 16, width: 8 }
    expectNear('velocity', await run({ ...size, attention: { chunk: 50 } }), await run(size), NEAR)
  }, 30_000)

  it('keeps the keys of the speech: those of a video hold those of every window', async () => {
    const size = { frames: 2, height: 8, width: 8 }
    const { conditioning } = denoisingUnet(weightTable(published), TINY, { ...size, reference: false })
    const tokens = noise([5, TINY.audioTokens, AUDIO], 4)
    const image = noise([1, 1, IMAGE], 3)
    const perFrame = tokens.data.length / 5
    const window = { shape: [2, TINY.audioTokens, AUDIO], data: tokens.data.slice(3 * perFrame) }
    const whole = await runGraph(conditioning, { image, tokens }, formulaWeight)
    const part = await runGraph(conditioning, { image, tokens: window }, formulaWeight)
    const speech = Object.keys(whole).filter((name) => name.endsWith('.speech'))
    expect(speech).toHaveLength(6)
    for (const name of speech) {
      expectNear(name, part[name].data, whole[name].data.slice((whole[name].data.length / 5) * 3), NEAR)
    }
  })
})

describeGolden('the reference UNet', () => {
  it('needs the conditional row alone: its banks are those that it has beside the other', async () => {
    const weights = readSafetensors(goldenPath('stage2/refunet_write/weights.safetensors'))
    const picture = noise([1, 4, 8, 16], 1)
    const token = noise([1, 1, IMAGE], 2)
    const twice = {
      latents: { shape: [2, 4, 8, 16], data: [...picture.data, ...picture.data] },
      image: { shape: [2, 1, IMAGE], data: [...Array<number>(IMAGE).fill(0), ...token.data] },
    }
    const size = { height: 8, width: 16 }
    const both = referenceUnet(weightTable(weights), TINY, { ...size, rows: 2 })
    const two = await runGraph(both, twice, formulaWeight)
    const alone = referenceUnet(weightTable(weights), TINY, size)
    const one = await runGraph(alone, { latents: picture, image: token }, formulaWeight)
    expect(Object.keys(one)).toHaveLength(16)
    for (const [name, { data }] of Object.entries(one)) {
      expectNear(name, data, two[name].data.slice(data.length), NEAR)
    }
  })
})
