import { StudioError } from '../../core/errors'
import type { AudioValue } from '../../core/values'

/** Names of the codec libraries we can stand on; results say which one made them. */
export const BACKENDS = ['node-av', 'ffmpeg'] as const
export type BackendName = (typeof BACKENDS)[number]

/** Some decoded sound: one array per channel, all of the same length. */
export interface AudioPiece {
  sampleRate: number
  channels: Float32Array[]
}

export interface DecodeRequest {
  file: string
  /** The only demuxer that may read the file, see `FORMATS`. */
  demuxer: string
  /** Called for each stretch that could not be decoded and was skipped. */
  onDamage(message: string): void
}

export interface FramesRequest extends DecodeRequest {
  /** Size the frames are scaled to, before any turn that the file asks for. */
  width: number
  height: number
  /** Seconds from the first frame; frames before may be left out. */
  startSeconds: number
  /** Rate the frames are wanted at. A backend may keep to it, or give every frame there is. */
  fps: number
  /** A stream whose frames have more pixels than this is refused before memory is taken for one. */
  maxPixels: number
}

/** One decoded picture, `[height, width, 3]`, sRGB; `seconds` from the first frame of the file to when it appears. */
export interface DecodedFrame {
  seconds: number
  pixels: Uint8Array
}

/** A video stream with at most one sound track, in one file. */
export interface EncodePlan {
  file: string
  container: 'mp4' | 'webm'
  /** Even numbers. */
  width: number
  height: number
  fps: { num: number; den: number }
  frames: number
  /** Exactly as long as the video. */
  audio?: AudioValue
  /** 1 (best) … 51, on the scale of x264's constant rate factor. */
  quality: number
  speed: EncodeSpeed
  /** Stored as the tag `workflow`. */
  workflowJson?: string
}

/** How much time the encoder spends on making the file small. */
export const SPEEDS = ['fast', 'balanced', 'small'] as const
export type EncodeSpeed = (typeof SPEEDS)[number]

export interface VideoEncoder {
  /** One frame, `[height, width, 3]`; it may be reused by the caller as soon as the promise is fulfilled. */
  write(frame: Uint8Array): Promise<void>
  /** Completes the file. */
  finish(): Promise<void>
  /** Stops at once and lets go of everything; what is in the file then is of no use. */
  cancel(): Promise<void>
}

export interface CodecBackend {
  readonly name: BackendName
  /**
   * Decodes the first sound track piece by piece; a consumer that stops early leaves nothing behind.
   * @throws CodecError when nothing can be read
   */
  decodeAudio(request: DecodeRequest): AsyncIterable<AudioPiece>
  /**
   * Decodes the first video track in order of time, one frame in memory at a time.
   * @throws CodecError when nothing can be read
   */
  decodeFrames(request: FramesRequest): AsyncIterable<DecodedFrame>
  /** @throws CodecError when the encoder cannot be set up */
  openEncoder(plan: EncodePlan): Promise<VideoEncoder>
}

/** What a codec library complains about, in its own words; callers turn it into a sentence about their file. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
  constructor(
    message: string,
    /** `ENOSPC` and the like, when the operating system was the reason. */
    readonly code?: string,
  ) {
    super(message)
  }
}

/** Rate every sound track is encoded at unless it already has a usual one; Opus knows no other. */
export const ENCODED_SAMPLE_RATE = 48_000

/** The rate a track of `sampleRate` is encoded at: 44.1 kHz stays as it is where the codec allows. */
export const encodedSampleRate = (container: EncodePlan['container'], sampleRate: number): number =>
  container === 'mp4' && sampleRate === 44_100 ? sampleRate : ENCODED_SAMPLE_RATE

/**
 * x264's fastest routines for the lookahead give other numbers where memory lies otherwise, so the same frames would not
 * always give the same file; its plain ones give the same everywhere.
 */
const SAME_BYTES = { 'x264-params': 'cpu-independent=1' }

/** Options of the encoders, by FFmpeg's names; both backends pass the same ones, so their files look alike. */
export function codecOptions(plan: Pick<EncodePlan, 'container' | 'quality' | 'speed'>) {
  // A fixed number of threads: with "as many as cores" the same frames would give other bytes on another machine.
  const threads = 4
  if (plan.container === 'mp4') {
    const preset = { fast: 'veryfast', balanced: 'medium', small: 'slow' }[plan.speed]
    return {
      video: {
        codec: 'libx264',
        threads,
        options: { preset, crf: String(plan.quality), profile: 'high', ...SAME_BYTES },
      },
      audio: { codec: 'aac', bitRatePerChannel: 96_000 },
    } as const
  }
  const effort = {
    fast: { deadline: 'realtime', 'cpu-used': '8' },
    balanced: { deadline: 'good', 'cpu-used': '4' },
    small: { deadline: 'good', 'cpu-used': '2' },
  }[plan.speed]
  const crf = String(Math.round((plan.quality * 63) / 51)) // VP9's scale ends at 63
  return {
    video: {
      codec: 'libvpx-vp9',
      threads,
      // `b: 0` makes crf the only rule; rows and tiles are what VP9 can spread over threads.
      options: { ...effort, crf, b: '0', 'row-mt': '1', 'tile-columns': '1' },
    },
    audio: { codec: 'libopus', bitRatePerChannel: 64_000 },
  } as const
}

/**
 * The codec library to use: node-av where it is installed, else the `ffmpeg` program.
 *
 * @param forced only this one; defaults to the environment variable MMGT_CODEC when that is set
 * @throws StudioError `media/no-codec` when there is none, or not the forced one
 */
export async function codecBackend(
  forced: string | undefined = process.env.MMGT_CODEC,
): Promise<CodecBackend> {
  if (forced && !BACKENDS.some((name) => name === forced)) {
    throw new StudioError('media/no-codec', `There is no codec library called "${forced}".`, {
      hint: `Set MMGT_CODEC to ${BACKENDS.join(' or ')}, or leave it unset.`,
    })
  }
  if (!forced || forced === 'node-av') {
    const { nodeAvBackend } = await import('./node-av-backend')
    const backend = await nodeAvBackend()
    if (backend) return backend
  }
  if (!forced || forced === 'ffmpeg') {
    const { ffmpegBackend } = await import('./ffmpeg-backend')
    const backend = await ffmpegBackend()
    if (backend) return backend
  }
  const missing = forced
    ? { 'node-av': 'the npm package node-av', ffmpeg: 'the program ffmpeg' }[forced]
    : null
  throw new StudioError(
    'media/no-codec',
    missing
      ? `The codec library asked for, ${missing}, is not installed.`
      : 'No codec library is installed: neither the npm package node-av nor the program ffmpeg was found.',
    { hint: 'Run "npm install --include=optional", or install ffmpeg and make sure it is on the PATH.' },
  )
}
