import { resizeLinear } from '../../../models/pictures/opencv-resize'
import type { DenoiseView } from '../../../models/pipelines/denoise-windows'
import { cleanOf } from '../../../models/schedulers/sampler'
import type { NodeContext } from '../../core/define-node'
import { type Picture, previews } from '../media/preview'
import { colourPicture, type LatentColours } from './latent-colours'

/** A picture of latents is enlarged to about this long side, px. */
const LONG_SIDE = 256

/**
 * Pictures of the video while it is made: what the last step says of one frame after another, in the colours of the
 * portrait's latents.
 *
 * @param width of the latents
 */
export function sketches(
  ctx: Pick<NodeContext, 'watched' | 'preview'>,
  { frames, width, height }: { frames: number; width: number; height: number },
  colours: LatentColours,
) {
  const show = previews(ctx)
  let last: { view: DenoiseView; alpha: number } | undefined
  let frame = 0
  const next = async () => {
    if (!last) return
    const { view, alpha } = last
    const size = view.x.length / frames
    const shown = frame
    frame = (frame + 1) % frames
    await show(() => {
      const of = (all: Float32Array) => all.subarray(shown * size, (shown + 1) * size)
      const clean = cleanOf(of(view.x), of(view.output), alpha, 'velocity')
      return enlarged(colourPicture(clean, colours, width, height))
    }, shown)
  }
  return {
    next,
    after(view: DenoiseView, alpha: number) {
      if (ctx.watched) last = { view, alpha } // as large as latents twice
      return next()
    },
  }
}

function enlarged(picture: Picture): Picture {
  const { width, height } = picture
  const factor = Math.max(1, Math.round(LONG_SIDE / Math.max(width, height)))
  return { ...picture, ...resizeLinear(picture, width * factor, height * factor), channels: 3 }
}
