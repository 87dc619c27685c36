import { audioProjection } from '../../../models/networks/audio-projection'
import { clipVision } from '../../../models/networks/clip-vision'
import { denoisingUnet } from '../../../models/networks/denoising-unet'
import { latentSize } from '../../../models/networks/latent-size'
import { poseGuider } from '../../../models/networks/pose-guider'
import { referenceUnet } from '../../../models/networks/reference-unet'
import { vaeAliases, vaeDecoder, vaeEncoder } from '../../../models/networks/vae'
import type { Graph } from '../../../models/onnx/graph'
import type { AttentionForm } from '../../../models/onnx/graph-builder'
import type { MmHaaNetworks, PortraitNetworks } from '../../../models/pipelines/mm-haa'
import type { NetworkContext } from '../../core/define-node'
import { networkConfig } from '../networks/configs'
import { type NetworkHost, networkHost } from '../networks/network-host'

export const PRECISIONS = ['auto', 'float32', 'float16'] as const
export type Precision = (typeof PRECISIONS)[number]

export interface VideoSize {
  /** Pixels, multiples of 64. */
  width: number
  height: number
}

/** Scores of one attention that may be in memory at once. */
const SCORE_BYTES = 2 ** 28

/** Where networks run, and in which floats: float16 on GPUs that have it, float32 elsewhere. */
export async function placeOf(ctx: NetworkContext, precision: Precision) {
  const host = await networkHost(ctx)
  const best = host.float16 ? ('float16' as const) : ('float32' as const)
  return { host, dtype: precision === 'auto' ? best : precision }
}

export type Place = Awaited<ReturnType<typeof placeOf>>

/** What looks at the portrait. */
export async function openPortraitNetworks(
  ctx: NetworkContext,
  { host, dtype }: Place,
  { width, height }: VideoSize,
): Promise<PortraitNetworks> {
  const latent = latentSize({ width, height })
  const attention = formOf(host.device, { ...latent, images: 1, heads: headsOf(ctx, 'reference-unet') })
  return {
    clip: await host.network(ctx, {
      ...{ role: 'image-encoder', dtype },
      build: (table, config) => clipVision(table, config, { attention: host.attention }),
    }),
    vaeEncoder: await host.network(ctx, {
      ...{ role: 'vae', dtype, aliases: vaeAliases },
      build: (table, config) => vaeEncoder(table, config, { width, height }),
    }),
    referenceUnet: await host.network(ctx, {
      ...{ role: 'reference-unet', dtype },
      build: (table, config) => referenceUnet(table, config, { ...latent, attention }),
    }),
  }
}

export type VideoNetworks = Omit<MmHaaNetworks, keyof PortraitNetworks> & {
  /** Resolutions of the denoising UNet that hear speech. */
  maskLevels: number
  /** Numbers that the audio projection reads of a frame. */
  audioInputs: number
}

export interface VideoNetworksOptions extends VideoSize {
  /** Frames of a window. */
  frames: number
  /** Whether steps ask for both rows, for one alone, or some for this and some for that. */
  rows: 'both' | 'conditional' | 'mixed'
}

/** What makes a video, window by window. */
export async function openVideoNetworks(
  ctx: NetworkContext,
  place: Place,
  { width, height, frames, rows }: VideoNetworksOptions,
): Promise<VideoNetworks> {
  const { host, dtype } = place
  const latent = latentSize({ width, height })
  const { levels, heads } = networkConfig('denoising-unet', ctx.network('denoising-unet').config)
  const images = frames * (rows === 'conditional' ? 1 : 2)
  const window = {
    ...{ ...latent, frames, videoFrames: frames },
    attention: formOf(host.device, { ...latent, images, heads }),
  }
  const unet = await unetNetworks(ctx, place, {
    ...window,
    rows: rows === 'conditional' ? 'conditional' : 'both',
  })
  let audioInputs = 0
  const alone =
    rows === 'mixed' ? await unetNetworks(ctx, place, { ...window, rows: 'conditional' }) : undefined
  return {
    ...unet,
    conditionalStep: alone?.step,
    vaeDecoder: await host.network(ctx, {
      ...{ role: 'vae', dtype, aliases: vaeAliases },
      build: (table, config) => vaeDecoder(table, config, { width, height }),
    }),
    poseGuider: await host.network(ctx, {
      ...{ role: 'pose-guider', dtype },
      build: (table) => poseGuider(table, { frames, width, height }),
    }),
    audioProjection: await host.network(ctx, {
      ...{ role: 'audio-projection', dtype },
      build(table) {
        audioInputs = table.root.shapeOf('proj1.weight')[1]
        return audioProjection(table, { frames })
      },
    }),
    audioInputs,
    maskLevels: levels - 1,
  }
}

/** Both graphs of the denoising UNet, built once. */
async function unetNetworks(
  ctx: NetworkContext,
  { host, dtype }: Place,
  options: Parameters<typeof denoisingUnet>[2],
) {
  const role = 'denoising-unet'
  let step: Graph | undefined
  const conditioning = await host.network(ctx, {
    ...{ role, dtype },
    build(table, config) {
      const graphs = denoisingUnet(table, config, options)
      step = graphs.step
      return graphs.conditioning
    },
  })
  return { conditioning, step: await host.network(ctx, { role, dtype, build: () => step! }) }
}

const headsOf = (ctx: NetworkContext, role: 'reference-unet') =>
  networkConfig(role, ctx.network(role).config).heads

/**
 * onnxruntime's kernel for CPUs goes over blocks of scores that fit the second cache, where it is told that cache's size;
 * elsewhere it holds all scores. Linux tells it on x64.
 */
const KNOWS_CACHE = process.platform !== 'linux' || process.arch === 'x64'

/**
 * The form of attention for a device: fused where that is right and its scores fit or are never held, otherwise over so
 * many queries at a time that they do.
 */
export function formOf(
  device: NetworkHost['device'],
  { width, height, images, heads }: { width: number; height: number; images: number; heads: number },
  knowsCache = KNOWS_CACHE,
): AttentionForm | undefined {
  if (device === 'cuda' || (device === 'cpu' && knowsCache)) return undefined
  const pixels = width * height
  const bytesOfQuery = images * heads * 2 * pixels * 4 // keys of the frame and of the portrait
  if (pixels * bytesOfQuery <= SCORE_BYTES) return device === 'webgpu' ? 'plain' : undefined
  return { chunk: Math.max(16, 2 ** Math.floor(Math.log2(SCORE_BYTES / bytesOfQuery))) }
}
