import { StudioError } from '../../core/errors'
import { POSE_STRIDE } from '../../core/values'
import type { JsonReader } from './json-reader'
import { LEFT_HAND_ROOT, RIGHT_HAND_ROOT } from './keypoints'
import type { PoseBuilder } from './pose-builder'

const FACE = 24
const FACE_POINTS = 68

/** BODY_25's point for each of our points 0…23; its 8, the middle of the hips, has no place here. */
const BODY_25 = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]

/** The lists of a person and the numbers of points each may have; an empty list means that the part is missing. */
const LISTS: Record<string, { points: number[]; what: string }> = {
  pose_keypoints_2d: { points: [18, 25], what: '18 or 25 body points' },
  face_keypoints_2d: { points: [68, 70], what: '68 or 70 face points' },
  hand_left_keypoints_2d: { points: [21], what: '21 hand points' },
  hand_right_keypoints_2d: { points: [21], what: '21 hand points' },
}

/** Longest list, 70 face points; values beyond are counted but not kept. */
const LONGEST = 70 * 3

export interface OpenPoseFrame {
  /** Canvas size where the frame tells it, px. */
  width?: number
  height?: number
  /** Persons in the frame; only the first is kept. */
  people: number
}

/** Reads the value of one key of an OpenPose frame; unknown keys are skipped. */
export function readOpenPoseKey(
  json: JsonReader,
  key: string,
  frame: OpenPoseFrame,
  builder: PoseBuilder,
): void {
  json.place = () => `frame ${builder.frames}, ${key}`
  if (key === 'canvas_width') frame.width = json.number()
  else if (key === 'canvas_height') frame.height = json.number()
  else if (key === 'people') readPeople(json, frame, builder)
  else json.skip()
}

/** Reads one frame, `{ people: [...], canvas_width?, canvas_height? }`, and appends it to `builder`. */
export function readOpenPoseFrame(json: JsonReader, builder: PoseBuilder): OpenPoseFrame {
  const frame: OpenPoseFrame = { people: -1 }
  json.place = () => `frame ${builder.frames}`
  json.object((key) => readOpenPoseKey(json, key, frame, builder))
  if (frame.people < 0) {
    throw new StudioError('pose/format', `Frame ${builder.frames} has no "people" list.`, {
      hint: 'An OpenPose frame is an object with a list "people".',
    })
  }
  return frame
}

function readPeople(json: JsonReader, frame: OpenPoseFrame, builder: PoseBuilder): void {
  const points = new Float64Array(POSE_STRIDE) // nobody there: every point missing
  frame.people = json.array((index) => {
    if (index > 0) json.skip()
    else readPerson(json, points, builder.frames)
  })
  builder.push(points)
}

function readPerson(json: JsonReader, out: Float64Array, frame: number): void {
  const values = new Float64Array(LONGEST)
  json.object((key) => {
    const list = Object.hasOwn(LISTS, key) ? LISTS[key] : undefined
    if (!list) return json.skip()
    if (json.skipNull()) return
    json.place = () => `frame ${frame}, ${key}`
    const count = json.array((i) => {
      const value = json.number()
      if (i < LONGEST) values[i] = value
    })
    if (count === 0) return
    if (!list.points.includes(count / 3)) {
      throw new StudioError(
        'pose/count',
        `Frame ${frame}: ${key} has ${count} values, ${list.points.map((n) => n * 3).join(' or ')} are needed (${list.what}, each x, y and score).`,
        { hint: 'Export with the BODY_25 or COCO (18) model.' },
      )
    }
    place(key, values, count / 3, out)
  })
}

/** Copies a list of `[points, 3]` to its place among the 134 points. */
function place(key: string, values: Float64Array, points: number, out: Float64Array): void {
  const copy = (from: number, to: number) => {
    for (let k = 0; k < 3; k++) out[3 * to + k] = values[3 * from + k]
  }
  if (key === 'pose_keypoints_2d' && points === 25) BODY_25.forEach(copy)
  else if (key === 'pose_keypoints_2d') for (let i = 0; i < 18; i++) copy(i, i)
  else if (key === 'face_keypoints_2d')
    for (let i = 0; i < FACE_POINTS; i++) copy(i, FACE + i) // 68, 69: pupils
  else {
    const root = key === 'hand_left_keypoints_2d' ? LEFT_HAND_ROOT : RIGHT_HAND_ROOT
    for (let i = 0; i < 21; i++) copy(i, root + i)
  }
}
