import { describe, expect, it } from 'vitest'
import { audioProjection } from '../../../models/networks/audio-projection'
import { denoisingUnet, MMGT_UNET } from '../../../models/networks/denoising-unet'
import { poseGuider } from '../../../models/networks/pose-guider'
import { referenceUnet } from '../../../models/networks/reference-unet'
import { describeGraph } from '../../../models/onnx/describe-graph'
import { DTYPES, type DType, type Graph } from '../../../models/onnx/graph'
import type { AttentionForm } from '../../../models/onnx/graph-builder'
import { type WeightEntry, WeightTable } from '../../../models/onnx/scope'
import { referenceKeys } from '../../support/reference-keys'

const keys = referenceKeys()

/** The published checkpoint without its numbers. */
function publishedTable(network: string, dtype: DType = 'float32'): WeightTable {
  const { tensors } = keys!.find((list) => list.network === network)!
  const entries = tensors.map(({ name, shape }): [string, WeightEntry] => [name, { dtype, shape }])
  return new WeightTable(entries)
}

const TERA = 1e12
const teraFlops = (graph: Graph, sizes = {}) => describeGraph(graph, sizes).flops / TERA
const WINDOW = { frames: 12, height: 64, width: 64 }

/** Width and pixels of the 16 spatial transformers: 2 down and 3 up on each of three levels, one in the middle. */
const SPATIAL = [
  ...Array(5).fill({ width: 320, pixels: 4096 }),
  ...Array(5).fill({ width: 640, pixels: 1024 }),
  ...Array(5).fill({ width: 1280, pixels: 256 }),
  { width: 1280, pixels: 64 },
]
/** Inner width and pixels of the audio transformers. */
const AUDIO = [
  { width: 320, pixels: 4096 },
  { width: 320, pixels: 4096 },
  { width: 320, pixels: 1024 },
  { width: 640, pixels: 1024 },
  { width: 640, pixels: 256 },
  { width: 1280, pixels: 256 },
]

/** to_q, to_out and the products with the one key of cross attention to the picture, which are never computed. */
const pictureTera = (images: number) =>
  SPATIAL.reduce((sum, { width, pixels }) => sum + images * pixels * (4 * width ** 2 + 4 * width), 0) / TERA

/** Three regions' to_q, to_out, zero_conv and the products with 32 keys, in the row that hears nothing. */
const speechTera = (images: number) =>
  AUDIO.reduce((sum, { width, pixels }) => sum + images * 3 * pixels * (6 * width ** 2 + 4 * 32 * width), 0) /
  TERA

/** to_k and to_v of three regions, of 32 tokens with 768 channels each. */
const speechKeysTera = (images: number) =>
  AUDIO.reduce((sum, { width }) => sum + images * 3 * 32 * 4 * 768 * width, 0) / TERA

describe.skipIf(!keys)('the full-size networks of stage 2', () => {
  it('read every tensor of the published files, apart from those that are dead', () => {
    // Each of these throws with the name of a tensor that is missing, left over or of another shape.
    const { step, conditioning } = denoisingUnet(publishedTable('denoising_unet'), MMGT_UNET, WINDOW)
    referenceUnet(publishedTable('reference_unet'), MMGT_UNET, WINDOW)
    poseGuider(publishedTable('pose_guider'), { height: 512, width: 512 })
    audioProjection(publishedTable('audioproj'))

    const read = new Set([step, conditioning].flatMap(({ weights }) => Object.values(weights)))
    const names = new Set([...read].map(({ key }) => key))
    const all = keys!.find(({ network }) => network === 'denoising_unet')!.tensors.map(({ name }) => name)
    const dead = all.filter((name) => !names.has(name))
    expect(dead.filter((name) => name.endsWith('.pe'))).toHaveLength(42)
    expect(dead.filter((name) => !name.endsWith('.pe'))).toHaveLength(16 * 4) // norm2, to_q and to_k of attn2
  })

  it('a window costs what the original counts, less what is known beforehand', () => {
    const table = publishedTable('denoising_unet')
    const plain = denoisingUnet(table, MMGT_UNET, { ...WINDOW, reference: false })
    const images = 2 * WINDOW.frames
    const saved = pictureTera(images) + speechTera(WINDOW.frames) + speechKeysTera(images)
    expect((teraFlops(plain.step) + saved) / 30.13).toBeCloseTo(1, 2)

    const guided = denoisingUnet(table, MMGT_UNET, WINDOW)
    const bankOnce = teraFlops(guided.conditioning, { video_frames: 0 })
    expect((teraFlops(guided.step) + bankOnce - teraFlops(plain.step)) / 1.5).toBeCloseTo(1, 1)
    expect((teraFlops(guided.step) + bankOnce + saved) / 31.6).toBeCloseTo(1, 2)
    expect(teraFlops(guided.step) / 31.6).toBeLessThan(0.97)
  })

  it('live values of a window and its weights are below 8 GB, in float16 below 12, by either attention', () => {
    const gigabytes = (dtype: 'float32' | 'float16', attention: AttentionForm) => {
      const { step } = denoisingUnet(publishedTable('denoising_unet', dtype), MMGT_UNET, {
        ...WINDOW,
        attention,
      })
      const { parameters, peakActivationBytes } = describeGraph(step)
      return { weights: (parameters * DTYPES[dtype].bytes) / 1e9, activations: peakActivationBytes / 1e9 }
    }
    for (const attention of ['fused', { chunk: 128 }] as const) {
      const single = gigabytes('float32', attention) // 5.4 + 1.8, in chunks 1.9
      expect(single.activations).toBeLessThan(2)
      expect(single.weights + single.activations).toBeLessThan(7.5)
      expect(gigabytes('float16', attention).activations).toBeLessThan(1.6)
    }
    expect(gigabytes('float32', 'plain').activations).toBeGreaterThan(20) // what the chunks are for
  })

  it('the other networks cost what the original counts', () => {
    const table = publishedTable('reference_unet')
    const whole = referenceUnet(table, MMGT_UNET, { ...WINDOW, lastHidden: true })
    expect((teraFlops(whole) + pictureTera(1)) / 0.797).toBeCloseTo(1, 2)
    expect(teraFlops(referenceUnet(table, MMGT_UNET, WINDOW))).toBeLessThan(0.96 * teraFlops(whole))

    const pose = poseGuider(publishedTable('pose_guider'), { height: 512, width: 512 })
    expect(teraFlops(pose, { frames: 1 }) / 0.0147).toBeCloseTo(1, 2)
    const audio = audioProjection(publishedTable('audioproj'))
    expect(teraFlops(audio, { frames: 1 }) / 0.000073).toBeCloseTo(1, 2)
  })
})
