import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { aboutFile } from '../core/errors'
import { socket } from '../core/sockets'

export const inputImage = defineNode({
  id: 'input/image',
  version: 1,
  title: 'Image',
  summary: 'A picture from your files, the right way up, in 8-bit sRGB.',
  docs: [
    'Reads PNG, JPEG, WebP, AVIF and GIF (the first frame of an animation), from 64 × 64 pixels to 64 megapixels.',
    'EXIF rotation and colour profiles are applied, CMYK is converted, transparent areas come to lie on white; the',
    'node says so when it did.',
  ].join('\n'),

  inputs: {},
  outputs: { image: socket('image', 'Image') },
  params: z.object({ asset: z.string().min(1).describe('The picture') }),
  ui: { widgets: { asset: { widget: 'asset', accepts: 'image' } } },
  resource: 'io',
  eager: true,

  facts({ params, asset }) {
    const { width, height } = asset(params.asset) ?? {}
    return { image: { width, height } }
  },

  async run(ctx, { params }) {
    const { name, path } = await ctx.asset(params.asset)
    const { decodeImage } = await import('../lib/media/decode-image')
    const { image, notes } = await aboutFile(name, decodeImage(path))
    for (const note of notes) ctx.warn(note)
    const { previews } = await import('../lib/media/preview')
    await previews(ctx)(() => image)
    return { image }
  },
})
