import { expect, it } from 'vitest'
import { diffusionMmHaa } from '../../../nodes/diffusion/mm-haa'
import { makeVideo, type SeenPortrait } from '../../../nodes/lib/diffusion/make-video'
import { placeOf } from '../../../nodes/lib/diffusion/open-networks'
import { describeGolden, goldenPath, maxAbsDiff, readGolden } from '../../support/golden'
import { framesOf, maskOf, testContext, videoOf } from '../../support/node-context'

const SIDE = 64
const PORTRAIT = { width: 80, height: 72 }

/** A pack of the weights that the original ran with. */
function goldenNetworks() {
  const { config: e2e } = readGolden('stage2/pipeline_e2e').config
  const { config: unet } = readGolden('stage2/unet3d_full').config
  const { config: vae } = readGolden('stage2/vae').config
  const { config: audio } = readGolden('stage2/audioproj').config
  const levels = {
    levels: e2e.unet.block_out_channels.length,
    layers: e2e.unet.layers_per_block,
    heads: e2e.unet.attention_head_dim,
    groups: e2e.unet.norm_num_groups,
  }
  const motion = { heads: unet.motion_module.num_attention_heads, groups: unet.motion_module.norm_groups }
  const of = (name: string, config?: Record<string, unknown>) => ({
    id: name,
    files: [goldenPath(`stage2/${name}/weights.safetensors`)],
    config,
  })
  return {
    'image-encoder': of('pipeline_e2e', {
      layers: e2e.clip.num_hidden_layers,
      heads: e2e.clip.num_attention_heads,
    }),
    vae: of('vae', {
      levels: vae.block_out_channels.length,
      layers: vae.layers_per_block,
      groups: vae.norm_num_groups,
    }),
    'reference-unet': of('refunet_write', levels),
    'denoising-unet': of('unet3d_full', { ...levels, motion, audioTokens: audio.context_tokens }),
    'pose-guider': of('pose_guider'),
    'audio-projection': of('audioproj'),
  }
}

describeGolden('against the original', () => {
  it('paints the video of the original from its weights, inputs and noise, to a grey level', async () => {
    const { config, inputs, outputs } = readGolden('stage2/pipeline_e2e')
    const { frames, steps, guidance } = config.config
    const bytes = (name: string) => inputs[name].data as Uint8Array
    const ctx = testContext({ definition: diffusionMmHaa, networks: goldenNetworks() })
    const portrait = { ...PORTRAIT, channels: 3 as const, data: bytes('ref_image_u8') }
    const params = diffusionMmHaa.params.parse({ width: SIDE, height: SIDE, steps, guidance })
    const prepared = await diffusionMmHaa.prepare!.run(ctx, { inputs: { portrait } as never, params })

    const size = SIDE * SIDE * 3
    const drawn = Array.from({ length: frames }, (_, f) =>
      bytes('pose_frames_u8').subarray(f * size, (f + 1) * size),
    )
    const features = inputs.audio_features
    const dims = features.data.length / frames
    const video = await makeVideo(
      ctx,
      await placeOf(ctx, 'float32'),
      {
        portrait: { width: SIDE, height: SIDE }, // the original squeezes any portrait into its square
        drawn: videoOf(drawn, SIDE, SIDE),
        masks: maskOf({ face: bytes('face_mask_u8'), lips: bytes('lip_mask_u8') }, SIDE, SIDE),
        speech: { kind: 'wav2vec2', fps: 25, frames, dims, data: features.data as Float32Array },
      },
      prepared as unknown as SeenPortrait,
      { width: SIDE, height: SIDE },
      {
        ...params,
        ...scales(config.config.motion_scale),
        noise: () => noiseOf(outputs.initial_noise, frames),
      },
    )
    const made = Uint8Array.from((await framesOf(video)).flatMap((frame) => [...frame]))
    expect(maxAbsDiff(made, outputs.video_frames_u8.data as Uint8Array)).toBeLessThanOrEqual(1)
  })
})

const scales = ([motionScaleFull, motionScaleFace, motionScaleLips]: number[]) => ({
  ...{ motionScaleFull, motionScaleFace, motionScaleLips },
})

/** [1, 4, frames, h, w] → [frames, 4, h, w] */
function noiseOf(
  { shape, data }: { shape: readonly number[]; data: ArrayLike<number | bigint> },
  frames: number,
) {
  const [, channels, , h, w] = shape
  const area = h * w
  return Float32Array.from({ length: data.length }, (_, i) => {
    const frame = Math.floor(i / (channels * area))
    const channel = Math.floor(i / area) % channels
    return Number(data[(channel * frames + frame) * area + (i % area)])
  })
}
