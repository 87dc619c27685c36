import { open } from 'node:fs/promises'
import type { CancelSignal } from '../../core/define-node'
import { FRAMES_PER_CHUNK, type VideoValue } from '../../core/values'
import { frameStream } from './frame-stream'
import { gifComment } from './gif-workflow'

export interface GifPlan {
  file: string
  /** Frames per second, at most those of the video; a GIF counts in hundredths of a second, so up to 50. */
  fps: number
  /** Largest width; smaller videos are not enlarged. */
  maxWidth: number
  workflowJson?: string
  signal?: CancelSignal
  onProgress?(fraction: number): void
}

/** Colours of the one palette; the remaining index means "as in the frame before". */
const COLOURS = 255

/** Frames, and pixels over all of them, from which the palette is made. */
const PALETTE_FRAMES = 12
const PALETTE_PIXELS = 200_000

/** Spread of the dither in levels: enough to break up bands of a 255-colour palette, too little to look grainy. */
const DITHER_LEVELS = 12

/**
 * Writes an endless GIF with one palette for all frames. Pixels that stay as they were are left out, and of each frame
 * only the rectangle that changed is stored. An ordered dither is used because it leaves still areas still.
 */
export async function encodeGif(video: VideoValue, plan: GifPlan): Promise<void> {
  const module = await import('gifenc')
  const { GIFEncoder, quantize } = { ...module.default, ...module } // CommonJS: loaders differ in where its names are
  const width = Math.min(plan.maxWidth, video.width)
  const height = Math.max(1, Math.round((video.height * width) / video.width))
  const times = frameTimes(video, Math.min(plan.fps, video.fps))
  const resize = await resizer(video, width, height)

  const palette = quantize(await paletteSample(video, times, resize, plan.signal), COLOURS)
  const unchanged = palette.length
  const nearest = nearestColours(palette)
  const encoder = GIFEncoder()
  const handle = await open(plan.file, 'w')
  try {
    let shown: Uint8Array | null = null
    let next = 0
    for await (const { index, frame } of frameStream(video, plan.signal)) {
      if (next >= times.length || index !== times[next].source) continue
      const indices = ditherToPalette(await resize(frame), width, nearest)
      const change = shown ? changedRectangle(shown, indices, width, height, unchanged) : null
      const { x, y, w, h, pixels } = change ?? { x: 0, y: 0, w: width, h: height, pixels: indices }
      encoder.writeFrame(pixels, w, h, {
        palette: shown ? undefined : [...palette, [0, 0, 0]],
        delay: times[next].hundredths * 10,
        transparent: true,
        transparentIndex: unchanged,
        dispose: 1,
      })
      if (shown) placeFrame(encoder.bytesView(), x, y)
      await handle.appendFile(encoder.bytesView())
      encoder.stream.reset()
      shown = indices
      next++
      plan.onProgress?.(next / times.length)
    }
    if (plan.workflowJson !== undefined) encoder.stream.writeBytes(gifComment(plan.workflowJson))
    encoder.finish()
    await handle.appendFile(encoder.bytesView())
  } finally {
    await handle.close()
  }
}

/** The library puts every frame at the top left; its place is in the descriptor behind the 8 bytes of timing. */
function placeFrame(bytes: Uint8Array, x: number, y: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  view.setUint16(9, x, true)
  view.setUint16(11, y, true)
}

/**
 * Which frame of the video each frame of the GIF shows, and for how many hundredths of a second. Rounding does not add
 * up: frame k starts at the hundredth nearest to its time.
 */
function frameTimes(video: VideoValue, fps: number): { source: number; hundredths: number }[] {
  const count = Math.max(1, Math.round((video.frames * fps) / video.fps))
  const end = Math.round((video.frames / video.fps) * 100)
  const start = (k: number) => (k === count ? end : Math.round((k * 100) / fps))
  return Array.from({ length: count }, (_, k) => ({
    source: Math.min(video.frames - 1, Math.floor((k * video.fps) / fps + 1e-6)),
    hundredths: Math.max(2, start(k + 1) - start(k)), // browsers slow shorter delays down to a tenth of a second
  }))
}

type Resize = (frame: Uint8Array) => Promise<Uint8Array>

async function resizer(video: VideoValue, width: number, height: number): Promise<Resize> {
  if (width === video.width) return async (frame) => frame
  const { default: sharp } = await import('sharp')
  const raw = { width: video.width, height: video.height, channels: 3 as const }
  return async (frame) =>
    await sharp(Buffer.from(frame), { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer()
}

/** Pixels of evenly spread frames, as RGBA. */
async function paletteSample(
  video: VideoValue,
  times: { source: number }[],
  resize: Resize,
  signal?: CancelSignal,
): Promise<Uint8Array> {
  const count = Math.min(PALETTE_FRAMES, times.length)
  const size = video.width * video.height * 3
  const samples: Uint8Array[] = []
  for (let k = 0; k < count; k++) {
    signal?.throwIfAborted()
    const { source } = times[Math.floor(((k + 0.5) * times.length) / count)]
    const chunk = await video.chunk(Math.floor(source / FRAMES_PER_CHUNK))
    const at = (source % FRAMES_PER_CHUNK) * size
    samples.push(rgbaSample(await resize(chunk.subarray(at, at + size)), PALETTE_PIXELS / count))
  }
  return new Uint8Array(Buffer.concat(samples))
}

function rgbaSample(rgb: Uint8Array, wanted: number): Uint8Array {
  const pixels = rgb.length / 3
  const count = Math.min(pixels, Math.floor(wanted))
  const sample = new Uint8Array(count * 4).fill(255)
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * pixels) / count) * 3
    sample.set(rgb.subarray(at, at + 3), i * 4)
  }
  return sample
}

/** Palette index of a colour given with 5, 6 and 5 bits, found when first asked for. */
function nearestColours(palette: readonly [number, number, number][]): (rgb565: number) => number {
  const known = new Int16Array(65_536).fill(-1)
  return (rgb565) => {
    if (known[rgb565] >= 0) return known[rgb565]
    const r = ((rgb565 >> 11) * 255) / 31
    const g = (((rgb565 >> 5) & 63) * 255) / 63
    const b = ((rgb565 & 31) * 255) / 31
    let best = 0
    let least = Number.POSITIVE_INFINITY
    palette.forEach(([pr, pg, pb], index) => {
      const distance = (pr - r) ** 2 + (pg - g) ** 2 + (pb - b) ** 2
      if (distance < least) [least, best] = [distance, index]
    })
    known[rgb565] = best
    return best
  }
}

/** Bayer's 8 × 8 threshold matrix, as offsets around zero in levels. */
const BAYER = Float32Array.from({ length: 64 }, (_, i) => {
  const [x, y] = [i & 7, i >> 3]
  let rank = 0
  for (let bit = 0; bit < 3; bit++) {
    const [bx, by] = [(x >> bit) & 1, (y >> bit) & 1]
    rank |= (((bx ^ by) << 1) | by) << (2 * (2 - bit))
  }
  return ((rank + 0.5) / 64 - 0.5) * DITHER_LEVELS
})

function ditherToPalette(rgb: Uint8Array, width: number, nearest: (rgb565: number) => number): Uint8Array {
  const pixels = rgb.length / 3
  const indices = new Uint8Array(pixels)
  for (let i = 0, x = 0, row = 0; i < pixels; i++) {
    const offset = BAYER[row | (x & 7)]
    const r = clamp(rgb[i * 3] + offset)
    const g = clamp(rgb[i * 3 + 1] + offset)
    const b = clamp(rgb[i * 3 + 2] + offset)
    indices[i] = nearest(((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3))
    if (++x === width) {
      x = 0
      row = (row + 8) & 63
    }
  }
  return indices
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value)

/** The smallest rectangle that holds all changes, with the rest of it marked as unchanged; at least one pixel. */
function changedRectangle(
  before: Uint8Array,
  now: Uint8Array,
  width: number,
  height: number,
  unchanged: number,
): { x: number; y: number; w: number; h: number; pixels: Uint8Array } {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (before[i] === now[i]) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  if (right < 0) return { x: 0, y: 0, w: 1, h: 1, pixels: Uint8Array.of(unchanged) }
  const [w, h] = [right - left + 1, bottom - top + 1]
  const pixels = new Uint8Array(w * h)
  for (let y = 0, to = 0; y < h; y++) {
    for (let x = 0, i = (top + y) * width + left; x < w; x++, i++, to++) {
      pixels[to] = before[i] === now[i] ? unchanged : now[i]
    }
  }
  return { x: left, y: top, w, h, pixels }
}
