import { z } from 'zod'
import { SD15 } from '../../../models/modules/unet-levels'
import { CLIP_L14 } from '../../../models/networks/clip-vision'
import { MMGT_UNET } from '../../../models/networks/denoising-unet'
import { KIM_VOCAL_2 } from '../../../models/networks/mdx-net'
import { DETECTOR } from '../../../models/networks/person-detector'
import { POSE_NETWORK } from '../../../models/networks/simcc-pose'
import { SMGA } from '../../../models/networks/smga'
import { SD_VAE } from '../../../models/networks/vae'
import { WAV2VEC2_BASE } from '../../../models/networks/wav2vec2'
import { WAVLM_LARGE } from '../../../models/networks/wavlm'
import { StudioError } from '../../core/errors'
import type { Role } from '../../core/pack-roles'

const count = (max: number) => z.int().min(1).max(max)
const few = count(100)
const unet = { levels: few.max(8), layers: few.max(8), heads: few, groups: few }
const speech = {
  layers: few,
  heads: few,
  strides: z.array(few).min(1).max(20).readonly(),
  positionGroups: count(1000),
}

/** What of each network the shapes of its tensors do not say, as `config` of a pack has it; the published values. */
const CONFIGS = {
  smga: { schema: z.strictObject({ heads: few, layers: few, conditionLayers: few }), published: SMGA },
  wavlm: { schema: z.strictObject({ ...speech, maxDistance: count(100_000) }), published: WAVLM_LARGE },
  wav2vec2: { schema: z.strictObject(speech), published: WAV2VEC2_BASE },
  'vocal-separator': {
    schema: z.strictObject({
      fftSize: count(65_536),
      hop: count(65_536),
      bins: count(65_536),
      frames: count(10_000),
      overlap: z.number().min(0).max(0.9),
      compensate: z.number().min(0.1).max(10),
    }),
    published: KIM_VOCAL_2,
  },
  'person-detector': {
    schema: z.strictObject({ side: count(4096) }),
    published: { side: DETECTOR.side as number },
  },
  'keypoint-detector': {
    schema: z.strictObject({ width: count(4096), height: count(4096) }),
    published: { width: POSE_NETWORK.width as number, height: POSE_NETWORK.height as number },
  },
  vae: {
    schema: z.strictObject({
      levels: few.max(8),
      layers: few.max(8),
      groups: few,
      scaling: z.number().min(1e-6).max(1e6),
    }),
    published: SD_VAE,
  },
  'image-encoder': { schema: z.strictObject({ layers: few, heads: few }), published: CLIP_L14 },
  'reference-unet': { schema: z.strictObject(unet), published: SD15 },
  'denoising-unet': {
    schema: z.strictObject({
      ...unet,
      motion: z.strictObject({ heads: few, groups: few }),
      audioTokens: count(1000),
    }),
    published: MMGT_UNET,
  },
  'pose-guider': { schema: z.strictObject({}), published: {} },
  'audio-projection': { schema: z.strictObject({}), published: {} },
} satisfies Record<Role, { schema: z.ZodObject; published: object }>

export type NetworkConfig<R extends Role> = z.infer<(typeof CONFIGS)[R]['schema']>

/**
 * The configuration of a role's network: what the pack says, and where it says nothing, what `published` says.
 * @throws StudioError `pack/config` with the field, its value and what was expected
 */
export function networkConfig<R extends Role>(
  role: R,
  config: Record<string, unknown> = {},
  published: Partial<NetworkConfig<R>> = {},
): NetworkConfig<R> {
  const { schema, published: usual } = CONFIGS[role]
  const { success, data, error } = schema.safeParse({ ...usual, ...published, ...config })
  if (success) return data as NetworkConfig<R>
  const [issue] = error.issues
  throw new StudioError(
    'pack/config',
    `The pack's config of ${role} is wrong: ${[...issue.path.map(String), issue.message].join(': ')}.`,
    { hint: `It may have: ${Object.keys(schema.shape).join(', ') || 'nothing'}.` },
  )
}
