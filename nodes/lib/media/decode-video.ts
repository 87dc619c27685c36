import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { chunkRange, type VideoValue } from '../../core/values'
import { type BackendName, CodecError, codecBackend, type DecodedFrame } from './codec-backend'
import { type ContainerFacts, readContainer } from './container'
import { fileBytes, readBytes } from './read-bytes'
import { sayDuration } from './say-duration'
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff'
import { turnPicture } from './turn-picture'
import { otherKind, unreadable } from './unreadable'
import { type CutParams, cutOf, MAX_VIDEO_FRAMES, MAX_VIDEO_SECONDS, type VideoCut } from './video-cut-schema'

/** Most pixels of a frame: 8192 × 4320. */
export const MAX_FRAME_PIXELS = 8192 * 4320
/** A frame with fewer pixels on a side shows nothing that could be used. */
export const MIN_FRAME_SIDE = 16
/** Frames at the end that may be missing, as encoders count a little differently; the last one then stays. */
const MISSING_FRAMES = 2

export interface DecodeVideoOptions extends CutParams {
  signal?: CancelSignal
  /** Use only this codec library, see `codecBackend`. */
  backend?: string
  onFrame?(done: number, frames: number): void
}

export interface OpenedVideo {
  /** Chunks come fastest in their order: asking for an earlier one starts over. */
  video: VideoValue
  hasSound: boolean
  /** What is done to the pictures; sentences for the user. */
  notes: string[]
  backend: BackendName
}

/**
 * Opens the pictures of an MP4, MOV, WebM or Matroska file. Its first bytes decide what it is, not its name. Frames are
 * decoded as their chunks are asked for, so memory does not grow with the length.
 *
 * Frame k of the result shows what the file shows at `start + k / fps`. A file that asks for its frames to be turned
 * or stretched (phones, anamorphic pictures) is shown as players show it.
 *
 * @throws StudioError `video/unreadable` (no video, no picture in it, cut off), `video/too-long`, `video/too-large`,
 *   `video/too-small`, `video/empty` (nothing lies between start and end), `asset/missing`, `media/no-codec`
 */
export async function decodeVideo(file: string, options: DecodeVideoOptions): Promise<OpenedVideo> {
  await fileBytes(file)
  const sniffed = sniff(await readBytes(file, 0, SNIFF_BYTES))
  if (sniffed.kind !== 'video' || !sniffed.demuxer) throw otherKind('video', sniffed)
  const { video: source, audio } = await readContainer(file, sniffed)
  if (!source || source.frames === 0) {
    throw unreadable('video', sniffed, source ? 'it holds no frame' : 'there is only sound in it, no picture')
  }
  checkSource(source)
  const cut = cutOf(source, options)
  checkCut(cut, source, options)
  const backend = await codecBackend(options.backend)
  const sideways = source.turned % 180 !== 0
  const [width, height] = sideways ? [cut.height, cut.width] : [cut.width, cut.height]
  const open = (startSeconds: number) =>
    backend.decodeFrames({
      ...{ file, demuxer: sniffed.demuxer!, width, height, startSeconds, fps: cut.fps },
      maxPixels: MAX_FRAME_PIXELS,
      onDamage: () => {}, // missing frames are noticed by their count
    })
  const reader = new FrameReader(open, { cut, source, sniffed, options })
  const { fps, frames } = cut
  return {
    video: { fps, frames, width: cut.width, height: cut.height, chunk: (index) => reader.chunk(index) },
    hasSound: audio !== null,
    notes: notesOn(source, cut),
    backend: backend.name,
  }
}

type Source = NonNullable<ContainerFacts['video']>

function checkSource({ width, height, frames, fps }: Source): void {
  if (width * height > MAX_FRAME_PIXELS) {
    throw new StudioError(
      'video/too-large',
      `The video has ${width} × ${height} pixels; at most 8192 × 4320 can be used.`,
      { hint: 'Make it smaller first; 2,000 pixels on a side are plenty.' },
    )
  }
  if (Math.min(width, height) < MIN_FRAME_SIDE) {
    throw new StudioError(
      'video/too-small',
      `The video has ${width} × ${height} pixels; at least ${MIN_FRAME_SIDE} × ${MIN_FRAME_SIDE} are needed.`,
      { hint: 'Use a larger video.' },
    )
  }
  const seconds = frames / fps
  if (seconds > MAX_VIDEO_SECONDS) {
    throw new StudioError(
      'video/too-long',
      `The video is ${sayDuration(seconds)} long; at most ${sayDuration(MAX_VIDEO_SECONDS)} can be used.`,
      { hint: 'Cut out the part you need first.' },
    )
  }
}

function checkCut({ frames }: VideoCut, source: Source, { start, end }: CutParams): void {
  if (frames === 0) {
    const length = sayDuration(source.frames / source.fps)
    throw new StudioError(
      'video/empty',
      end > 0 && end <= start
        ? `Nothing lies between ${start} s and ${end} s.`
        : `The video is ${length} long, and the part to take begins at ${start} s.`,
      { hint: 'Let start be earlier than end, and earlier than the end of the video.' },
    )
  }
  if (frames > MAX_VIDEO_FRAMES) {
    throw new StudioError(
      'video/too-long',
      `That would be ${frames} frames; at most ${MAX_VIDEO_FRAMES} can be used.`,
      { hint: 'Set start and end, or a lower frame rate.' },
    )
  }
}

function notesOn(source: Source, cut: VideoCut): string[] {
  const notes: string[] = []
  if (cut.width !== source.width || cut.height !== source.height) {
    notes.push(`Shrunk from ${source.width} × ${source.height} to ${cut.width} × ${cut.height}.`)
  }
  if (cut.fps !== source.fps) {
    notes.push(
      `${source.fps} frames a second became ${cut.fps}, by ${cut.fps > source.fps ? 'showing frames longer' : 'leaving frames out'}.`,
    )
  }
  return notes
}

interface Reading {
  cut: VideoCut
  source: Source
  sniffed: Sniffed
  options: DecodeVideoOptions
}

/** Reads frames one after another, and gives each request for a chunk its turn. */
class FrameReader {
  private turn: Promise<unknown> = Promise.resolve()
  private frames: AsyncIterator<DecodedFrame> | null = null
  private next = 0 // the frame of the result that comes next
  private shown: DecodedFrame | null = null
  private ahead: DecodedFrame | null = null

  constructor(
    private readonly open: (startSeconds: number) => AsyncIterable<DecodedFrame>,
    private readonly reading: Reading,
  ) {}

  chunk(index: number): Promise<Uint8Array> {
    const chunk = this.turn.then(() => this.read(index))
    this.turn = chunk.catch(() => this.close())
    return chunk
  }

  private async read(index: number): Promise<Uint8Array> {
    const { cut, options } = this.reading
    const { start, end } = chunkRange(index, cut.frames)
    const size = cut.width * cut.height * 3
    const out = new Uint8Array((end - start) * size)
    if (!this.frames || start !== this.next) await this.startAt(start)
    try {
      for (; this.next < end; this.next++) {
        options.signal?.throwIfAborted()
        out.set(await this.frame(this.next), (this.next - start) * size)
        options.onFrame?.(this.next + 1, cut.frames)
      }
    } catch (error) {
      throw error instanceof CodecError
        ? unreadable('video', this.reading.sniffed, 'its pictures cannot be decoded', error)
        : error
    }
    if (this.next === cut.frames) await this.close()
    return out
  }

  private async startAt(frame: number): Promise<void> {
    await this.close()
    const { startSeconds, fps } = this.reading.cut
    this.frames = this.open(startSeconds + frame / fps)[Symbol.asyncIterator]()
    this.next = frame
  }

  /** What is on the screen at frame `index`, upright. */
  private async frame(index: number): Promise<Uint8Array> {
    const { cut, source } = this.reading
    // A look at the middle of the shorter of the two frames: time stamps are rounded, never by so much.
    const at = cut.startSeconds + index / cut.fps + 0.5 / Math.max(cut.fps, source.fps)
    for (;;) {
      this.ahead ??= (await this.frames?.next())?.value ?? null
      if (!this.ahead) break
      if (this.shown && this.ahead.seconds > at) break
      const { width, height } = cut
      const [w, h] = source.turned % 180 === 0 ? [width, height] : [height, width]
      this.shown = { ...this.ahead, pixels: turnPicture(this.ahead.pixels, w, h, source.turned) }
      this.ahead = null
    }
    const missing = this.shown && !this.ahead ? (at - this.shown.seconds) * source.fps - 1 : 0
    if (!this.shown || missing > MISSING_FRAMES) throw this.cutOff()
    return this.shown.pixels
  }

  private cutOff(): StudioError {
    const { source, sniffed } = this.reading
    const whole = sayDuration(source.frames / source.fps)
    const read = this.shown ? `only ${sayDuration(this.shown.seconds + 1 / source.fps)}` : 'no frame'
    return unreadable(
      'video',
      sniffed,
      `it is cut off or damaged: it declares ${whole} of pictures and ${read} can be read`,
    )
  }

  private async close(): Promise<void> {
    const open = this.frames
    this.frames = null
    this.shown = null
    this.ahead = null
    await open?.return?.()
  }
}
