import { StudioError } from '../../core/errors'
import type { Facts } from '../../core/sockets'
import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import { JsonReader } from './json-reader'
import { describePoint, VISIBLE_SCORE } from './keypoints'
import { MAX_CANVAS, MAX_FILE_BYTES, MAX_FPS, MAX_FRAMES } from './limits'
import { isNpy, readNpyHeader } from './npy'
import { type OpenPoseFrame, readOpenPoseFrame, readOpenPoseKey } from './openpose-json'
import { PoseBuilder } from './pose-builder'

export const POSE_FORMAT = 'mmgt-pose/1'

export type PoseFileFormat = typeof POSE_FORMAT | 'openpose' | 'npy'

export interface PoseFileOptions {
  /** Canvas in px and frames per second, for files that do not tell them. */
  width?: number
  height?: number
  fps?: number
  /**
   * Whether coordinates are scaled. An `.npy` then holds `2·(v + 200)/1000 − 1` for x, y and score (stage 1
   * reference, section 7.2), OpenPose JSON fractions of the canvas. `auto`, the default, says yes
   * - for `.npy` when no value is beyond ±4 and at least one score is under −0.3 (scores 0…1 become about −0.6);
   * - for OpenPose JSON when a point is visible and every visible x and y is within ±2.
   * `mmgt-pose/1` is always in pixels.
   */
  normalised?: 'auto' | 'yes' | 'no'
}

export interface PoseFile {
  pose: PoseValue
  format: PoseFileFormat
  /** What was assumed or changed while reading, one sentence each. */
  notes: string[]
}

/** What a file holds before the caller's options fill its gaps. Coordinates as in the file. */
interface RawPose {
  format: PoseFileFormat
  builder: PoseBuilder
  width?: number
  height?: number
  fps?: number
  notes: string[]
}

/**
 * Reads `mmgt-pose/1` JSON, OpenPose JSON (one frame object or a list of them) or an MMGT `.npy` (`[frames, 402]`,
 * `[frames, 134, 3]` or `[402]`). Scores outside 0…1 are moved to the nearer end and noted.
 *
 * @throws StudioError `pose/…` with the frame and the point for anything else: wrong counts, NaN, infinite or absurd
 *   coordinates, more than 100,000 frames, a canvas over 16,384 px, a canvas or rate that nobody told.
 */
export function parsePoseFile(file: string | Uint8Array, options: PoseFileOptions = {}): PoseFile {
  const bytes = toBytes(file)
  const normalised = options.normalised ?? 'auto'
  const raw = isNpy(bytes) ? readNpy(bytes, normalised) : readJson(bytes)
  const width = canvasSide(raw.width ?? options.width, 'width')
  const height = canvasSide(raw.height ?? options.height, 'height')
  const fps = frameRate(raw.fps ?? options.fps)
  if (raw.format === 'openpose') scaleFractions(raw, normalised, width, height)
  if (raw.builder.clampedScores > 0) {
    raw.notes.push(`${raw.builder.clampedScores} scores lay outside 0…1 and were moved to the nearer end.`)
  }
  const { frames } = raw.builder
  const pose = { fps, width, height, frames, data: raw.builder.finish() }
  const empty = emptyFrames(pose.data)
  if (empty > 0) raw.notes.push(`${empty} frames show nobody; their points are missing.`)
  return { pose, format: raw.format, notes: raw.notes }
}

/** Frames without a single visible point; whatever follows would stand still without a word. */
function emptyFrames(data: Float32Array): number {
  let empty = 0
  for (let start = 0; start < data.length; start += POSE_STRIDE) {
    let i = start + 2
    while (i < start + POSE_STRIDE && data[i] < VISIBLE_SCORE) i += 3
    if (i >= start + POSE_STRIDE) empty++
  }
  return empty
}

/**
 * Facts that the file itself tells; what only params can tell is left out. `kind` is the format, so that a missing
 * size means that there is none in the file. @throws like `parsePoseFile`.
 */
export function poseFileFacts(file: string | Uint8Array): Facts {
  const bytes = toBytes(file)
  if (isNpy(bytes)) return { kind: 'npy', frames: npyFrames(bytes).frames }
  const { format, builder, width, height, fps } = readJson(bytes)
  const facts: Facts = { kind: format, frames: builder.frames }
  if (width !== undefined) facts.width = canvasSide(width, 'width')
  if (height !== undefined) facts.height = canvasSide(height, 'height')
  if (fps !== undefined) facts.fps = frameRate(fps)
  return facts
}

/** Writes `mmgt-pose/1`; every number reads back to the same float32. One frame a line, so that versions compare. */
export function writePoseFile(pose: PoseValue): string {
  const frames: string[] = []
  for (let f = 0; f < pose.frames; f++) {
    const points: string[] = []
    for (let i = 0; i < KEYPOINTS; i++) {
      const at = (f * KEYPOINTS + i) * 3
      const values = pose.data.subarray(at, at + 3)
      if (!values.every(Number.isFinite)) {
        throw new StudioError('pose/not-a-number', `Frame ${f}, point ${describePoint(i)} is not a number.`)
      }
      points.push(`[${shortest(values[0])},${shortest(values[1])},${shortest(values[2])}]`)
    }
    frames.push(`[${points.join(',')}]`)
  }
  const head = `"format":"${POSE_FORMAT}","width":${pose.width},"height":${pose.height},"fps":${pose.fps}`
  return `{${head},"frames":[\n${frames.join(',\n')}\n]}\n`
}

/** The fewest digits that read back to the same float32; nine always do. */
function shortest(value: number): string {
  if (Number.isInteger(value)) return String(value)
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Math.fround(rounded) === value) return String(rounded)
  }
  return String(Number(value.toPrecision(9)))
}

/** For callers that know the size of a file before they read it. @throws StudioError `pose/too-large` */
export function checkPoseFileSize(bytes: number): void {
  if (bytes <= MAX_FILE_BYTES) return
  throw new StudioError(
    'pose/too-large',
    `The pose file has ${bytes} bytes, at most ${MAX_FILE_BYTES} are read.`,
    { hint: 'Cut the motion into shorter files.' },
  )
}

function toBytes(file: string | Uint8Array): Uint8Array {
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
  checkPoseFileSize(bytes.length)
  return bytes
}

function canvasSide(value: number | undefined, name: 'width' | 'height'): number {
  if (value === undefined) {
    throw new StudioError('pose/canvas', `The pose file does not tell the ${name} of its canvas.`, {
      hint: 'Give width and height in pixels.',
    })
  }
  if (Number.isInteger(value) && value >= 1 && value <= MAX_CANVAS) return value
  throw new StudioError(
    'pose/canvas',
    `The canvas ${name} is ${value}; 1 to ${MAX_CANVAS} whole px are allowed.`,
  )
}

function frameRate(value: number | undefined): number {
  if (value === undefined) {
    throw new StudioError('pose/fps', 'The pose file does not tell its frame rate.', {
      hint: 'Give frames per second; MMGT works at 25.',
    })
  }
  if (value > 0 && value <= MAX_FPS) return value
  throw new StudioError(
    'pose/fps',
    `The frame rate is ${value}; more than 0 and at most ${MAX_FPS} is allowed.`,
  )
}

function readJson(bytes: Uint8Array): RawPose {
  const json = new JsonReader(bytes)
  const kind = json.peek()
  if (kind !== 'object' && kind !== 'array') throw unknownFormat()
  const raw = kind === 'array' ? readOpenPoseList(json) : readObject(json)
  json.end()
  if (raw.builder.frames === 0) throw noFrames()
  return raw
}

const noFrames = () =>
  new StudioError('pose/empty', 'The pose file has 0 frames, at least one is needed.', {
    hint: 'Export the motion again.',
  })

const unknownFormat = () =>
  new StudioError(
    'pose/format',
    `The file is neither ${POSE_FORMAT} nor OpenPose JSON nor an .npy of 402 columns.`,
    {
      hint: 'Export keypoints, not the drawn picture.',
    },
  )

/** An `mmgt-pose/1` file or a single OpenPose frame; which one may only be known at the end, as keys have no order. */
function readObject(json: JsonReader): RawPose {
  const builder = new PoseBuilder()
  const raw: RawPose = { format: POSE_FORMAT, builder, notes: [] }
  const frame: OpenPoseFrame = { people: -1 }
  let format: string | undefined
  let hasFrames = false
  json.object((key) => {
    json.place = () => `"${key}"`
    if (key === 'format') format = json.string()
    else if (key === 'width') raw.width = json.number()
    else if (key === 'height') raw.height = json.number()
    else if (key === 'fps') raw.fps = json.number()
    else if (key === 'frames') {
      hasFrames = true
      readFrames(json, builder)
    } else readOpenPoseKey(json, key, frame, builder)
  })
  if (format === undefined && frame.people >= 0 && !hasFrames) {
    return openPose(builder, [frame])
  }
  if (format !== POSE_FORMAT) {
    if (format === undefined) throw unknownFormat()
    throw new StudioError(
      'pose/format',
      `The pose file has format "${format}", this program reads "${POSE_FORMAT}".`,
      {
        hint: 'It may come from a newer version of MMGT Studio.',
      },
    )
  }
  if (!hasFrames || frame.people >= 0)
    throw new StudioError('pose/format', 'The pose file has no list "frames".')
  for (const key of ['width', 'height', 'fps'] as const) {
    if (raw[key] === undefined) throw new StudioError('pose/format', `The pose file has no "${key}".`)
  }
  return raw
}

/** `frames` of `mmgt-pose/1`: `[frames][134][3]`. */
function readFrames(json: JsonReader, builder: PoseBuilder): void {
  const frame = new Float64Array(POSE_STRIDE)
  let [frameIndex, point] = [0, 0]
  const place = () => `frame ${frameIndex}, point ${describePoint(point)}`
  json.array((f) => {
    json.place = place
    frameIndex = f
    point = 0
    const points = json.array((i) => {
      if (i >= KEYPOINTS) return json.skip()
      point = i
      const values = json.array((k) => {
        const value = json.number()
        if (k < 3) frame[3 * i + k] = value
      })
      if (values !== 3) {
        throw new StudioError(
          'pose/count',
          `Frame ${f}, point ${describePoint(i)} has ${values} values, 3 are needed (x, y, score).`,
        )
      }
    })
    if (points !== KEYPOINTS) {
      throw new StudioError('pose/count', `Frame ${f} has ${points} points, ${KEYPOINTS} are needed.`, {
        hint: 'Write a missing point as 0, 0 with score 0.',
      })
    }
    builder.push(frame)
  })
}

function readOpenPoseList(json: JsonReader): RawPose {
  const builder = new PoseBuilder()
  const summary: OpenPoseFrame[] = []
  json.array((f) => {
    const frame = readOpenPoseFrame(json, builder)
    const first = summary[0] ?? frame
    if (frame.width !== first.width || frame.height !== first.height) {
      throw new StudioError(
        'pose/canvas',
        `Frame ${f} has a canvas of ${frame.width} × ${frame.height}, frame 0 one of ${first.width} × ${first.height}.`,
        { hint: 'All frames need the same canvas.' },
      )
    }
    summary.push(frame)
  })
  return openPose(builder, summary)
}

function openPose(builder: PoseBuilder, frames: OpenPoseFrame[]): RawPose {
  const notes: string[] = []
  const crowded = frames.filter((frame) => frame.people > 1).length
  if (crowded > 0) notes.push(`${crowded} frames show several people; the first of each was taken.`)
  return { format: 'openpose', builder, width: frames[0]?.width, height: frames[0]?.height, notes }
}

function scaleFractions(
  raw: RawPose,
  normalised: 'auto' | 'yes' | 'no',
  width: number,
  height: number,
): void {
  if (normalised === 'no') return
  if (normalised === 'auto') {
    if (!looksLikeFractions(raw.builder.finish())) return
    raw.notes.push('All coordinates are within ±2: they were read as fractions of the canvas.')
  }
  raw.builder.scale(width, height)
}

function looksLikeFractions(data: Float32Array): boolean {
  let visible = 0
  for (let i = 0; i < data.length; i += 3) {
    if (data[i + 2] < VISIBLE_SCORE) continue
    if (Math.abs(data[i]) > 2 || Math.abs(data[i + 1]) > 2) return false
    visible++
  }
  return visible > 0
}

function npyFrames(bytes: Uint8Array) {
  const header = readNpyHeader(bytes)
  const { shape, bytesPerValue, offset } = header
  const flat = shape.length === 1 && shape[0] === POSE_STRIDE
  const rows = shape.length === 2 && shape[1] === POSE_STRIDE
  const points = shape.length === 3 && shape[1] === KEYPOINTS && shape[2] === 3
  if (!flat && !rows && !points) {
    throw new StudioError(
      'pose/npy',
      `The .npy file has shape [${shape.join(', ')}]; [frames, ${POSE_STRIDE}] is needed.`,
      { hint: 'One row per frame: 134 points, each x, y and score.' },
    )
  }
  const frames = flat ? 1 : shape[0]
  if (frames === 0) throw noFrames()
  if (frames > MAX_FRAMES) {
    throw new StudioError(
      'pose/too-long',
      `The .npy file has ${frames} frames, at most ${MAX_FRAMES} are read.`,
    )
  }
  const expected = frames * POSE_STRIDE * bytesPerValue
  if (bytes.length - offset !== expected) {
    throw new StudioError(
      'pose/npy',
      `The .npy file holds ${bytes.length - offset} bytes of values, its header promises ${expected}.`,
      { hint: 'The file was cut off or joined with another one.' },
    )
  }
  return { ...header, frames }
}

function readNpy(bytes: Uint8Array, normalised: 'auto' | 'yes' | 'no'): RawPose {
  const { frames, offset, bytesPerValue, littleEndian } = npyFrames(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset)
  const read = (i: number) =>
    bytesPerValue === 4 ? view.getFloat32(i * 4, littleEndian) : view.getFloat64(i * 8, littleEndian)
  const notes: string[] = []
  const scaled = normalised === 'auto' ? looksNormalised(read, frames * POSE_STRIDE) : normalised === 'yes'
  if (normalised === 'auto') {
    notes.push(`The values were read as ${scaled ? 'normalised (−200…800 px as −1…1)' : 'pixels'}.`)
  }
  const builder = new PoseBuilder()
  const frame = new Float64Array(POSE_STRIDE)
  for (let f = 0; f < frames; f++) {
    for (let i = 0; i < POSE_STRIDE; i++) frame[i] = read(f * POSE_STRIDE + i)
    if (scaled) denormalise(frame)
    builder.push(frame)
  }
  return { format: 'npy', builder, notes }
}

function looksNormalised(read: (i: number) => number, values: number): boolean {
  let lowestScore = 0
  for (let i = 0; i < values; i++) {
    const value = read(i)
    if (!(Math.abs(value) <= 4)) return false
    if (i % 3 === 2 && value < lowestScore) lowestScore = value
  }
  return lowestScore < -0.3
}

/** In place. A point that is 0, 0, 0 before is one the reference has masked (section 7.3): missing, not at 300, 300. */
function denormalise(frame: Float64Array): void {
  for (let i = 0; i < POSE_STRIDE; i += 3) {
    if (frame[i] === 0 && frame[i + 1] === 0 && frame[i + 2] === 0) continue
    for (let k = i; k < i + 3; k++) frame[k] = (1000 * (frame[k] + 1)) / 2 - 200
  }
}
