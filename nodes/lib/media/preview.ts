/** Small pictures of work in progress: a few JPEGs a second, none when nobody looks. */
import type { NodeContext } from '../../core/define-node'
import { FRAMES_PER_CHUNK, type MaskValue, type VideoValue } from '../../core/values'

/** `[height, width, channels]`, sRGB, 8 bit; one channel is grey. */
export interface Picture {
  width: number
  height: number
  channels: 1 | 3 | 4
  data: Uint8Array
}

/** Longest side of a preview in pixels; smaller pictures keep their size. */
const LONG_SIDE = 384

/** At 70 a portrait of 384² has 12 KB. */
const JPEG_QUALITY = 70

/** The engine passes ten a second on, more would be made for nothing; one a second (6 ms) is cheap on any machine. */
const [SHORTEST_GAP_MS, LONGEST_GAP_MS] = [100, 1000]

/** Between these, previews may take this share of a node's time: the longer one takes to make, the fewer there are. */
const SHARE = 1 / 60

export type ShowPreview = (make: () => Picture, frame?: number) => Promise<void>

/**
 * Shows pictures of one node's work: the function returned takes a picture and, if it shows a frame of the result,
 * which one. `make` is called only when a preview is due. Waiting for the promise keeps the pixels from being changed,
 * and the node from finishing, before the picture is on its way.
 */
export function previews(ctx: Pick<NodeContext, 'watched' | 'preview'>): ShowPreview {
  let due = ctx.watched ? 0 : Number.POSITIVE_INFINITY
  return async (make, frame) => {
    if (performance.now() < due) return
    due = Number.POSITIVE_INFINITY // one at a time
    const { default: sharp } = await import('sharp') // takes long, but only once in a thread
    const start = performance.now()
    ctx.preview(await toJpeg(sharp, make()), 'image/jpeg', frame)
    const gap = (performance.now() - start) / SHARE
    due = start + Math.max(SHORTEST_GAP_MS, Math.min(LONGEST_GAP_MS, gap))
  }
}

async function toJpeg(
  sharp: typeof import('sharp').default,
  { width, height, channels, data }: Picture,
): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = data
  const input =
    buffer instanceof ArrayBuffer ? Buffer.from(buffer, byteOffset, byteLength) : Buffer.from(data)
  return await sharp(input, { raw: { width, height, channels } })
    .resize(LONG_SIDE, LONG_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .flatten({ background: 'white' })
    .jpeg({ quality: JPEG_QUALITY, optimiseCoding: false })
    .toBuffer()
}

/** The same video, whose chunks are shown as they pass: of each the first frame, as far as previews are due. */
export function shownVideo(ctx: NodeContext, video: VideoValue): VideoValue {
  const show = previews(ctx)
  const { width, height } = video
  return {
    ...video,
    async chunk(index) {
      const chunk = await video.chunk(index)
      const picture = () =>
        ({ width, height, channels: 3, data: chunk.subarray(0, width * height * 3) }) as const
      await show(picture, index * FRAMES_PER_CHUNK)
      return chunk
    },
  }
}

/** The same mask, whose planes are shown in grey as they pass. */
export function shownMask(ctx: NodeContext, mask: MaskValue): MaskValue {
  const show = previews(ctx)
  const { width, height } = mask
  return {
    ...mask,
    async chunk(region, index) {
      const chunk = await mask.chunk(region, index)
      const picture = () => ({ width, height, channels: 1, data: chunk.subarray(0, width * height) }) as const
      await show(picture, index * FRAMES_PER_CHUNK)
      return chunk
    },
  }
}
