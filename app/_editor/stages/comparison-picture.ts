import { videoReader } from '../../_lib/values/frame-reader'
import type { StoredRef } from '../../_lib/values/stored-value'
import { containRect, frameAt, type PaintTarget, type Picture, type PictureContext } from './picture'

export type ComparisonMode = 'slider' | 'beside' | 'difference'

/** How two videos are shown; changed in place, so that a drag rebuilds nothing. */
export interface ComparisonView {
  mode: ComparisonMode
  /** Where A ends and B begins, 0…1 of the picture of A. */
  split: number
  changed?: () => void
}

const AHEAD = 3
/** A difference of 64 levels shows as white. */
const DOUBLINGS = 2

/** Two videos at the play position, B at the size of A. */
export function comparisonPicture(
  a: StoredRef,
  b: StoredRef,
  view: ComparisonView,
  context: PictureContext,
): Picture {
  const sides = [a, b].map((ref) => ({
    clip: { frames: ref.meta.frames as number, fps: ref.meta.fps as number },
    reader: videoReader(ref, context),
  }))
  const aspect = (a.meta.width as number) / (a.meta.height as number)
  view.changed = context.changed
  const changed = (error?: unknown) => (error === undefined ? context.changed() : context.failed(error))
  return {
    aspect,
    clip: sides[0].clip,
    ready: (moment) =>
      sides
        .map(({ clip, reader }) => {
          const frame = frameAt(clip, moment)
          reader.want(frame, moment.playing ? AHEAD : 0, changed)
          return reader.peek(frame) !== undefined
        })
        .every(Boolean),
    paint(target, moment) {
      const [first, second] = sides.map(({ clip, reader }) => reader.peek(frameAt(clip, moment)))
      if (first && second) PAINTERS[view.mode](target, first, second, aspect, view.split)
    },
  }
}

type Paint = (target: PaintTarget, a: ImageBitmap, b: ImageBitmap, aspect: number, split: number) => void

const PAINTERS: Record<ComparisonMode, Paint> = {
  slider({ context: g, width, height }, a, b, aspect, split) {
    const { x, y, width: w, height: h } = containRect({ width, height }, aspect)
    g.drawImage(a, x, y, w, h)
    const border = Math.round(w * split)
    g.save()
    g.beginPath()
    g.rect(x + border, y, w - border, h)
    g.clip()
    g.drawImage(b, x, y, w, h)
    g.restore()
  },
  beside({ context: g, width, height }, a, b, aspect) {
    const half = { width: Math.floor(width / 2), height }
    const { x, y, width: w, height: h } = containRect(half, aspect)
    g.drawImage(a, x, y, w, h)
    g.drawImage(b, x + half.width, y, w, h)
  },
  difference({ context: g, width, height }, a, b, aspect) {
    const { x, y, width: w, height: h } = containRect({ width, height }, aspect)
    g.save()
    g.drawImage(a, x, y, w, h)
    g.globalCompositeOperation = 'difference'
    g.drawImage(b, x, y, w, h)
    g.globalCompositeOperation = 'lighter'
    for (let i = 0; i < DOUBLINGS; i++) g.drawImage(g.canvas, x, y, w, h, x, y, w, h)
    g.restore()
  },
}
