import { partName } from '../../../nodes/core/stored-layout'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type {
  AudioValue,
  FileValue,
  ImageValue,
  PoseValue,
  SpeechValue,
  TableValue,
} from '../../../nodes/core/values'
import { type ArtifactSource, studioArtifacts } from './artifact-source'
import { shrinkFor } from './decode'
import { decodePool } from './decode-pool'
import { bitmapBytes, decoded } from './decoded'
import { hashOf, type StoredRef, storedAs } from './stored-value'

export interface LoadOptions {
  source?: ArtifactSource
  signal?: AbortSignal
}

type Without<T, K extends keyof T> = Omit<T, K>

const absolute = (url: string) => new URL(url, location.origin).href

export const artifactUrl = (ref: StoredRef, part: string, br: boolean, source = studioArtifacts): string =>
  absolute(source.url(hashOf(ref, part), { br }))

/**
 * Values are shared by everybody who asks, so nobody's signal stops the decoding; it stops the waiting.
 *
 * @throws DOMException AbortError
 */
export function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException('No longer wanted.', 'AbortError'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function floats(ref: StoredRef, part: string, { source, signal }: LoadOptions): Promise<Float32Array> {
  const work = decoded().get(
    `floats ${hashOf(ref, part)}`,
    () => decodePool().run('floats', { url: artifactUrl(ref, part, false, source) }),
    (array) => array.byteLength,
  )
  return untilAborted(work, signal)
}

/** @throws StudioError `storage/wrong-type`; Error when the artifact is gone or the studio cannot be reached */
export async function loadPose(ref: ValueRef, options: LoadOptions = {}): Promise<PoseValue> {
  const stored = storedAs(ref, 'pose')
  const meta = stored.meta as unknown as Without<PoseValue, 'data'> // the server writes exactly these
  return { ...meta, data: await floats(stored, partName.whole, options) }
}

export async function loadSpeech(ref: ValueRef, options: LoadOptions = {}): Promise<SpeechValue> {
  const stored = storedAs(ref, 'speech')
  const meta = stored.meta as unknown as Without<SpeechValue, 'data'> // as above
  return { ...meta, data: await floats(stored, partName.whole, options) }
}

/** Also the sound of a video; undefined for a silent one. */
export async function loadSound(ref: ValueRef, options: LoadOptions = {}): Promise<AudioValue | undefined> {
  if (ref.type === 'audio') return loadAudio(ref, options)
  const stored = storedAs(ref, 'video')
  const audio = stored.meta.audio as { sampleRate: number; channels: number } | undefined
  return audio && readChannels(stored, audio, options)
}

export async function loadAudio(ref: ValueRef, options: LoadOptions = {}): Promise<AudioValue> {
  const stored = storedAs(ref, 'audio')
  return readChannels(stored, stored.meta as { sampleRate: number; channels: number }, options)
}

async function readChannels(
  ref: StoredRef,
  { sampleRate, channels }: { sampleRate: number; channels: number },
  options: LoadOptions,
): Promise<AudioValue> {
  const parts = Array.from({ length: channels }, (_, i) => floats(ref, partName.channel(i), options))
  return { sampleRate, channels: await Promise.all(parts) }
}

/** The pixels. To show a picture, `loadPicture` is cheaper. */
export async function loadImage(ref: ValueRef, options: LoadOptions = {}): Promise<ImageValue> {
  const stored = storedAs(ref, 'image')
  const meta = stored.meta as unknown as Without<ImageValue, 'data'> // as above
  const work = decoded().get(
    `image ${hashOf(stored, partName.whole)}`,
    () => decodePool().run('bytes', { url: artifactUrl(stored, partName.whole, true, options.source) }),
    (bytes) => bytes.byteLength,
  )
  return { ...meta, data: await untilAborted(work, options.signal) }
}

/** The picture, shrunk as far as it stays at least `wantedWidth` px wide. */
export async function loadPicture(
  ref: ValueRef,
  { wantedWidth = Number.POSITIVE_INFINITY, ...options }: LoadOptions & { wantedWidth?: number } = {},
): Promise<ImageBitmap> {
  const stored = storedAs(ref, 'image')
  const { width, height, channels } = stored.meta as { width: number; height: number; channels: 3 | 4 }
  const shrink = shrinkFor(width, wantedWidth)
  const work = decoded().get(
    `picture ${hashOf(stored, partName.whole)} ${shrink}`,
    () =>
      decodePool().run('picture', {
        url: artifactUrl(stored, partName.whole, true, options.source),
        size: { width, height },
        channels,
        shrink,
      }),
    bitmapBytes,
  )
  return (await untilAborted(work, options.signal))[0]
}

export const readTable = (ref: ValueRef): TableValue | undefined =>
  ref.type === 'table' && 'inline' in ref ? (ref.inline as TableValue) : undefined

/** A finished file: what it is called and where its bytes are. */
export interface StoredFile extends Without<FileValue, 'path'> {
  sha256: string
  size: number
}

export function readFile(ref: ValueRef): StoredFile {
  const stored = storedAs(ref, 'file')
  const { name, mime } = stored.meta as { name: string; mime: string }
  return { name, mime, ...stored.blobs[partName.whole] }
}

/** Seconds of the onsets of a sound. */
export async function loadOnsets(ref: ValueRef, options: LoadOptions = {}): Promise<number[]> {
  const audio = await loadSound(ref, options)
  if (!audio) return []
  const stored = ref as StoredRef // `loadSound` has checked it
  const work = decoded().get(
    `onsets ${hashOf(stored, partName.channel(0))}`,
    () => {
      const samples = mean(audio.channels)
      return decodePool().run('onsets', { samples, sampleRate: audio.sampleRate }, {}, [samples.buffer])
    },
    (onsets) => onsets.length * 8,
  )
  return untilAborted(work, options.signal)
}

function mean(channels: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const out = new Float32Array(channels[0])
  for (const channel of channels.slice(1)) for (let i = 0; i < out.length; i++) out[i] += channel[i]
  if (channels.length > 1) for (let i = 0; i < out.length; i++) out[i] /= channels.length
  return out
}
