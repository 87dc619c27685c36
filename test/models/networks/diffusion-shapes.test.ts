import { describe, expect, it } from 'vitest'
import {
  audioProjectionShapes,
  clipShapes,
  poseGuiderShapes,
  unetShapes,
  vaeShapes,
} from '../../support/diffusion-shapes'
import type { Shapes } from '../../support/network-shapes'
import { referenceKeys } from '../../support/reference-keys'

const keys = referenceKeys()
const SD15 = { widths: [320, 640, 1280, 1280], layers: 2, image: 768 }

/** What the tests make weights for, at the size of the published files. */
const PUBLISHED: Record<string, Shapes> = {
  denoising_unet: unetShapes({ ...SD15, audio: 768 }),
  reference_unet: unetShapes(SD15),
  vae: vaeShapes({ widths: [128, 256, 512, 512], layers: 2, latent: 4 }),
  clip_image_encoder: clipShapes({
    ...{ width: 1024, inner: 4096, layers: 24 },
    ...{ side: 224, patch: 14, projection: 768 },
  }),
  pose_guider: poseGuiderShapes([16, 32, 96, 256], 320),
  audioproj: audioProjectionShapes({ input: 46_080, hidden: 512, tokens: 32, audio: 768 }),
}

describe.skipIf(!keys)('weights that tests make have the tensors of the published', () => {
  it.each(Object.keys(PUBLISHED))('%s', (network) => {
    const { tensors } = keys!.find((each) => each.network === network)!
    const listed = tensors.filter(({ name }) => !name.endsWith('position_ids'))
    const expected = listed.map(({ name, shape }) => `${name} ${shape}`)
    const made = Object.entries(PUBLISHED[network]).map(([name, shape]) => `${name} ${shape}`)
    expect(made.sort()).toEqual(expected.sort())
  })
})
