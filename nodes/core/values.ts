/**
 * What travels between nodes: the one table of payload layouts.
 *
 * Every payload is immutable: a node never writes into a value it was given. Typed arrays may lie on shared
 * memory, because one value is read by several threads. Bulky values (`video`, `mask`) are lazy: they are read in
 * chunks of `FRAMES_PER_CHUNK` frames, so that no value needs memory in proportion to its length. A node returns
 * the same interface that it receives; the engine asks for the chunks, several at a time, and stores them.
 */

/** Frames in one chunk of a video or mask; the last chunk of a value may hold fewer. */
export const FRAMES_PER_CHUNK = 8

export const chunkCount = (frames: number): number => Math.ceil(frames / FRAMES_PER_CHUNK)

/** Frames `[start, end)` of chunk `index` in a value of `frames` frames. */
export function chunkRange(index: number, frames: number): { start: number; end: number } {
  const start = index * FRAMES_PER_CHUNK
  return { start, end: Math.min(frames, start + FRAMES_PER_CHUNK) }
}

/** Number of keypoints in a pose frame: OpenPose body 0–17, feet 18–23, face 24–91, left hand 92–112, right hand 113–133. */
export const KEYPOINTS = 134

/** Values in one pose frame: 134 × (x, y, score). */
export const POSE_STRIDE = KEYPOINTS * 3

/** sRGB, 8 bit. `data`: `[height, width, channels]`, rows top to bottom; alpha is not premultiplied. */
export interface ImageValue {
  width: number
  height: number
  channels: 3 | 4
  data: Uint8Array
}

/** Float PCM, full scale ±1. One array per channel (1 or 2), all of the same length; `sampleRate` in Hz. */
export interface AudioValue {
  sampleRate: number
  channels: Float32Array[]
}

export type SpeechKind = 'baseline' | 'wavlm' | 'wav2vec2'

/**
 * Speech features. `data`: `[frames, dims]`; baseline 35, wavlm what the network says and those behind it (WavLM-Large:
 * 1024 + 35), wav2vec2 what each layer says (the base model: 12 · 768). A pack may have other sizes.
 */
export interface SpeechValue {
  kind: SpeechKind
  fps: number
  frames: number
  dims: number
  data: Float32Array
}

/**
 * A motion. `data`: `[frames, 134, 3]`, per keypoint x and y in pixels of a `width` × `height` canvas (may lie
 * outside it) and score 0…1; a point with score < 0.3 is not visible.
 */
export interface PoseValue {
  fps: number
  width: number
  height: number
  frames: number
  data: Float32Array
}

/** The regions MMGT names; a mask may carry custom planes beside them. */
export const MASK_REGIONS = ['face', 'lips', 'hands', 'upperBody'] as const

/**
 * Named 8-bit planes (0 = outside, 255 = inside, values between are soft edges).
 * `chunk` → `[frames in chunk, height, width]` of one region.
 */
export interface MaskValue {
  fps: number
  width: number
  height: number
  frames: number
  regions: string[]
  chunk(region: string, index: number): Promise<Uint8Array>
}

/** Lossless frames. `chunk` → `[frames in chunk, height, width, 3]`, sRGB, 8 bit. `audio` starts with frame 0. */
export interface VideoValue {
  fps: number
  width: number
  height: number
  frames: number
  audio?: AudioValue
  chunk(index: number): Promise<Uint8Array>
}

/** A finished file for the user. `path` is on this machine's disk, `name` what to call it when it is delivered. */
export interface FileValue {
  path: string
  name: string
  mime: string
}

/** Rows of measured figures; each row maps column names to a number, a text, or null when not measurable. */
export interface TableValue {
  columns: string[]
  rows: Record<string, number | string | null>[]
}

/** Socket type → payload. */
export interface Payloads {
  image: ImageValue
  audio: AudioValue
  speech: SpeechValue
  pose: PoseValue
  mask: MaskValue
  video: VideoValue
  table: TableValue
  file: FileValue
  number: number
  integer: number
  text: string
  boolean: boolean
  choice: string
}

export type SocketType = keyof Payloads

/** Seconds of sound in `audio`. */
export const audioSeconds = (audio: AudioValue): number => (audio.channels[0]?.length ?? 0) / audio.sampleRate

/** Video frames that cover `seconds`: ⌈seconds · fps⌉, at least 1; a whole number of frames up to rounding is just that. */
export const framesFor = (seconds: number, fps: number): number =>
  Math.max(1, Math.ceil(seconds * fps - 1e-6))
