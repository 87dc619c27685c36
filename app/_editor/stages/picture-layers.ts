import { maskReader, videoReader } from '../../_lib/values/frame-reader'
import { loadPicture } from '../../_lib/values/load-values'
import type { StoredRef } from '../../_lib/values/stored-value'
import { containRect, frameAt, type Picture, type PictureContext, whenLoaded } from './picture'

const aspectOf = (ref: StoredRef) => (ref.meta.width as number) / (ref.meta.height as number)
const clipOf = (ref: StoredRef) => ({ frames: ref.meta.frames as number, fps: ref.meta.fps as number })

/** A still picture. `dim`: 0…1, how much of it stays below what lies on it. */
export function imagePicture(ref: StoredRef, context: PictureContext, dim = 1): Picture {
  let bitmap: ImageBitmap | undefined
  const { signal, source, wantedWidth } = context
  whenLoaded(loadPicture(ref, { signal, source, wantedWidth }), context, (loaded) => {
    bitmap = loaded
  })
  return {
    aspect: aspectOf(ref),
    ready: () => bitmap !== undefined,
    paint({ context: g, width, height }) {
      if (!bitmap) return
      const { x, y, width: w, height: h } = containRect({ width, height }, aspectOf(ref))
      g.globalAlpha = dim
      g.drawImage(bitmap, x, y, w, h)
      g.globalAlpha = 1
    },
  }
}

/** The frame of a clip at the play position, exact up to the size of the stage. */
export function videoPicture(ref: StoredRef, context: PictureContext): Picture {
  return framesPicture(ref, context, videoReader(ref, context))
}

/** The regions of a mask in their colours. */
export function maskPicture(ref: StoredRef, context: PictureContext): Picture {
  return framesPicture(ref, context, maskReader(ref, context))
}

/** Chunks decoded ahead of the one that is shown while it plays: about a second at 25 fps. */
const AHEAD = 3

function framesPicture(
  ref: StoredRef,
  context: PictureContext,
  reader: ReturnType<typeof videoReader> | ReturnType<typeof maskReader>,
): Picture {
  const clip = clipOf(ref)
  return {
    aspect: aspectOf(ref),
    clip,
    ready(moment) {
      const frame = frameAt(clip, moment)
      reader.want(frame, moment.playing ? AHEAD : 0, (error) =>
        error === undefined ? context.changed() : context.failed(error),
      )
      return reader.peek(frame) !== undefined
    },
    paint({ context: g, width, height }, moment) {
      const bitmap = reader.peek(frameAt(clip, moment))
      if (!bitmap) return
      const { x, y, width: w, height: h } = containRect({ width, height }, aspectOf(ref))
      g.drawImage(bitmap, x, y, w, h)
    },
  }
}
