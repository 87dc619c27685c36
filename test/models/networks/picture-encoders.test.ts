import { describe, expect, it } from 'vitest'
import { CLIP_L14, clipVision } from '../../../models/networks/clip-vision'
import { SD_VAE, vaeAliases, vaeDecoder, vaeEncoder } from '../../../models/networks/vae'
import { describeGraph } from '../../../models/onnx/describe-graph'
import { type WeightEntry, WeightTable } from '../../../models/onnx/scope'
import { maxAbsDiff } from '../../support/golden'
import { referenceKeys } from '../../support/reference-keys'
import { type Numbers, noise, runGraph } from '../../support/run-graph'

const keys = referenceKeys()
const entriesOf = (network: string) =>
  keys!
    .find((list) => list.network === network)!
    .tensors.map(({ name, shape }): [string, WeightEntry] => [name, { dtype: 'float32', shape }])

describe.skipIf(!keys)('the full-size encoders of pictures', () => {
  const size = { height: 512, width: 512 }

  it('read every tensor of the published files and cost what the original counts', () => {
    const vae = new WeightTable(entriesOf('vae'))
    const [encoder, decoder] = [vaeEncoder(vae, SD_VAE, size), vaeDecoder(vae, SD_VAE, size)]
    const read = [encoder, decoder].flatMap(({ weights }) => Object.values(weights).map(({ key }) => key))
    expect(new Set(read)).toEqual(new Set(entriesOf('vae').map(([name]) => name)))
    expect(describeGraph(encoder).flops / 1.12e12).toBeCloseTo(1, 1)
    expect(describeGraph(decoder).flops / 2.51e12).toBeCloseTo(1, 1)
    const clip = clipVision(new WeightTable(entriesOf('clip_image_encoder')), CLIP_L14)
    expect(describeGraph(clip).flops / 0.16e12).toBeCloseTo(1, 1)
  })

  it('a picture is decoded within a gigabyte and a half, also one of 1024 pixels by its chunks of scores', () => {
    const gigabytes = (side: number) =>
      describeGraph(vaeDecoder(new WeightTable(entriesOf('vae')), SD_VAE, { height: side, width: side }))
        .peakActivationBytes / 1e9
    expect(gigabytes(512)).toBeLessThan(1.1)
    expect(gigabytes(1024)).toBeLessThan(4.4) // 4 times as many pixels; its scores alone would be 1.07
  })
})

/** A VAE of two levels with weights of noise, in the names of today. */
function smallVae(): Record<string, Numbers> {
  const weights: Record<string, Numbers> = {}
  const add = (name: string, ...shape: number[]) => {
    const { data } = noise(shape, Object.keys(weights).length + 1)
    weights[`${name}.weight`] = { shape, data: data.map((value) => value * 0.5) }
    weights[`${name}.bias`] = { shape: [shape[0]], data: data.slice(0, shape[0]).map((value) => value * 0.1) }
  }
  const resnet = (name: string) => {
    for (const part of ['norm1', 'norm2']) add(`${name}.${part}`, 8)
    for (const part of ['conv1', 'conv2']) add(`${name}.${part}`, 8, 8, 3, 3)
  }
  add('post_quant_conv', 4, 4, 1, 1)
  add('decoder.conv_in', 8, 4, 3, 3)
  for (const i of [0, 1]) resnet(`decoder.mid_block.resnets.${i}`)
  add('decoder.mid_block.attentions.0.group_norm', 8)
  for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0']) add(`decoder.mid_block.attentions.0.${part}`, 8, 8)
  for (const level of [0, 1]) for (const i of [0, 1]) resnet(`decoder.up_blocks.${level}.resnets.${i}`)
  add('decoder.up_blocks.0.upsamplers.0.conv', 8, 8, 3, 3)
  add('decoder.conv_norm_out', 8)
  add('decoder.conv_out', 3, 8, 3, 3)
  return weights
}

describe('a VAE', () => {
  const config = { levels: 2, layers: 1, groups: 2, scaling: 0.5 }
  const latents = noise([1, 4, 6, 5], 99)
  const decode = async (weights: Record<string, Numbers>, attention?: { chunk: number } | 'fused') => {
    const entries = Object.entries(weights).map(([name, { shape }]): [string, WeightEntry] => [
      name,
      { dtype: 'float32', shape },
    ])
    const table = new WeightTable(entries, '', vaeAliases)
    const graph = vaeDecoder(table, config, { height: 12, width: 10, attention })
    return (await runGraph(graph, { latents }, weights)).picture
  }

  it('is read under the names of old files, its linear layers stored as convolutions', async () => {
    const weights = smallVae()
    const old = Object.fromEntries(
      Object.entries(weights).map(([name, tensor]) => {
        const [alias = name] = vaeAliases(name)
        const isMatrix = alias !== name && tensor.shape.length === 2
        return [alias, isMatrix ? { ...tensor, shape: [...tensor.shape, 1, 1] } : tensor]
      }),
    )
    expect(Object.keys(old)).toContain('decoder.mid_block.attentions.0.proj_attn.weight')
    expect((await decode(old)).data).toEqual((await decode(weights)).data)
  })

  it('gives the same whether its attention is chunked, whole or fused', async () => {
    const weights = smallVae()
    const whole = await decode(weights)
    for (const form of [{ chunk: 7 }, 'fused'] as const) {
      expect(maxAbsDiff((await decode(weights, form)).data, whole.data)).toBeLessThan(1e-5)
    }
  })
})
