import { rm } from 'node:fs/promises'
import type { CancelSignal } from '../../core/define-node'
import { refusedWrite, StudioError } from '../../core/errors'
import type { AudioValue, VideoValue } from '../../core/values'
import {
  type BackendName,
  CodecError,
  codecBackend,
  type EncodePlan,
  type EncodeSpeed,
} from './codec-backend'
import { fitAudio } from './fit-audio'
import { fpsRatio } from './fps-ratio'
import { frameStream } from './frame-stream'
import { evenSize, padToEven } from './pad-to-even'

export const VIDEO_FORMATS = {
  mp4: { extension: 'mp4', mime: 'video/mp4' },
  webm: { extension: 'webm', mime: 'video/webm' },
  gif: { extension: 'gif', mime: 'image/gif' },
  png: { extension: 'zip', mime: 'application/zip' },
} as const
export type VideoFormat = keyof typeof VIDEO_FORMATS

export interface EncodeVideoOptions {
  file: string
  format: VideoFormat
  /** Sound instead of the video's own. */
  audio?: AudioValue
  /** 1 (best, largest) … 51 (worst, smallest); mp4 and webm. 0 would be x264's lossless mode, which browsers do not play. */
  quality: number
  /** mp4 and webm. */
  speed: EncodeSpeed
  /** Frames per second of a GIF, at most 50. */
  gifFps: number
  /** Largest width of a GIF. */
  gifWidth: number
  /** Stored in the file, so that it can be opened from there. */
  workflow?: unknown
  /** Use only this codec library, see `codecBackend`. */
  backend?: string
  signal?: CancelSignal
  onProgress?(fraction: number): void
}

export interface EncodedVideo {
  /** What wrote the file. GIF and PNG need no codec library. */
  backend: BackendName | 'gifenc' | 'sharp'
  /** What differs from the video that came in; sentences for the user. */
  notes: string[]
}

/**
 * Writes a video into a file.
 *
 * - `mp4`: H.264 (High profile, 4:2:0, BT.709) and AAC, index at the front so that it plays while loading
 * - `webm`: VP9 and Opus
 * - `gif`: one palette, no sound
 * - `png`: a zip archive of lossless frames, with the sound as WAV
 *
 * Number of frames and frame rate are exact; sound is cut or filled up to the length of the video. Memory does not grow
 * with length. A file that could not be completed is removed.
 *
 * @throws StudioError `video/empty`, `video/encode-failed`, `media/no-codec`, `storage/full`, `storage/unwritable`
 */
export async function encodeVideo(video: VideoValue, options: EncodeVideoOptions): Promise<EncodedVideo> {
  if (video.frames < 1) {
    throw new StudioError('video/empty', 'The video has no frames, so there is nothing to write.', {
      hint: 'Look at the node before: its length may be 0.',
    })
  }
  const workflowJson = options.workflow === undefined ? undefined : JSON.stringify(options.workflow)
  const notes: string[] = []
  const audio = fittedAudio(video, options, notes)
  try {
    return { backend: await write(video, options, audio, workflowJson, notes), notes }
  } catch (error) {
    await rm(options.file, { force: true })
    throw explain(error, options)
  }
}

async function write(
  video: VideoValue,
  options: EncodeVideoOptions,
  audio: AudioValue | undefined,
  workflowJson: string | undefined,
  notes: string[],
): Promise<EncodedVideo['backend']> {
  const { file, format, signal, onProgress } = options
  const watch = { signal, onProgress }
  if (format === 'gif') {
    const { encodeGif } = await import('./encode-gif')
    await encodeGif(video, { file, fps: options.gifFps, maxWidth: options.gifWidth, workflowJson, ...watch })
    return 'gifenc'
  }
  if (format === 'png') {
    const { encodePngSequence } = await import('./encode-png-sequence')
    await encodePngSequence(video, { file, audio, workflowJson, ...watch })
    return 'sharp'
  }
  const size = evenSize(video.width, video.height)
  if (size.width !== video.width || size.height !== video.height) {
    const [from, to] = [video, size].map(({ width, height }) => `${width} × ${height}`)
    notes.push(
      `The video was widened from ${from} to ${to} by repeating its edge, because ${format} needs even sizes.`,
    )
  }
  return await encodeStreams(video, options, {
    file,
    container: format,
    ...size,
    fps: fpsRatio(video.fps),
    frames: video.frames,
    audio,
    quality: options.quality,
    speed: options.speed,
    workflowJson,
  })
}

async function encodeStreams(
  video: VideoValue,
  { signal, onProgress, backend: forced }: EncodeVideoOptions,
  plan: EncodePlan,
): Promise<BackendName> {
  const backend = await codecBackend(forced)
  const encoder = await backend.openEncoder(plan)
  try {
    for await (const { index, frame } of frameStream(video, signal)) {
      await encoder.write(padToEven(frame, video.width, video.height))
      onProgress?.((index + 1) / (video.frames + 1)) // the last step completes the file
    }
  } catch (error) {
    await encoder.cancel()
    throw error
  }
  await encoder.finish()
  onProgress?.(1)
  return backend.name
}

function fittedAudio(video: VideoValue, { audio: own, format }: EncodeVideoOptions, notes: string[]) {
  const audio = own ?? video.audio
  if (!audio) return undefined
  if (format === 'gif') {
    notes.push('A GIF has no sound, so the sound was left out.')
    return undefined
  }
  const fitted = fitAudio(audio, video.frames / video.fps, 1 / video.fps)
  if (fitted.note) notes.push(fitted.note)
  return fitted.audio
}

function explain(error: unknown, { file, format }: EncodeVideoOptions): unknown {
  const refused = refusedWrite(error, file)
  if (refused || !(error instanceof CodecError)) return refused ?? error
  return new StudioError(
    'video/encode-failed',
    `The ${format} file could not be written: ${error.message}.`,
    {
      hint: 'Try another format; with "png" the frames are stored without any codec.',
      cause: error,
    },
  )
}
