import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../nodes/core/errors'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import {
  type PoseFileOptions,
  parsePoseFile,
  poseFileFacts,
  writePoseFile,
} from '../../../nodes/lib/pose/formats'
import { maxAbsDiff } from '../../support/golden'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'

const CANVAS = { width: 512, height: 512, fps: 25 }

/** The error's code and sentence; fails when nothing is thrown. */
function refusal(file: string | Uint8Array, options: PoseFileOptions = CANVAS): string {
  try {
    parsePoseFile(file, options)
  } catch (error) {
    if (error instanceof StudioError) return `${error.code}: ${error.message}`
    throw error
  }
  throw new Error('the file was accepted')
}

/** `frames` of `mmgt-pose/1` as plain lists, to be spoiled by a test. */
const lists = (pose: PoseValue): number[][][] =>
  Array.from({ length: pose.frames }, (_, f) =>
    Array.from({ length: 134 }, (_, i) => [...pose.data.subarray((f * 134 + i) * 3, (f * 134 + i) * 3 + 3)]),
  )

const mmgt = (frames: unknown, rest: object = {}): string =>
  JSON.stringify({ format: 'mmgt-pose/1', width: 512, height: 512, fps: 25, frames, ...rest })

function npy(
  values: ArrayLike<number>,
  opts: { descr?: string; shape?: string; version?: 1 | 2 | 3; fortran?: boolean } = {},
): Uint8Array {
  const { descr = '<f4', version = 1, fortran = false } = opts
  const shape = opts.shape ?? `(${values.length / POSE_STRIDE}, ${POSE_STRIDE})`
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`
  const lengthBytes = version === 1 ? 2 : 4
  const header = `${text.padEnd(128 - 9 - lengthBytes)}\n`
  const size = descr.endsWith('8') ? 8 : 4
  const bytes = new Uint8Array(8 + lengthBytes + header.length + values.length * size)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0])
  if (version === 1) view.setUint16(8, header.length, true)
  else view.setUint32(8, header.length, true)
  bytes.set(new TextEncoder().encode(header), 8 + lengthBytes)
  const start = 8 + lengthBytes + header.length
  for (let i = 0; i < values.length; i++) {
    const little = !descr.startsWith('>')
    if (size === 4) view.setFloat32(start + i * 4, values[i], little)
    else view.setFloat64(start + i * 8, values[i], little)
  }
  return bytes
}

const normalise = (data: Float32Array): Float32Array => data.map((v) => (2 * (v + 200)) / 1000 - 1)

/** An OpenPose person from one of our frames. */
function person(frame: Float32Array, body: 18 | 25 = 18, facePoints = 70) {
  const points = (indices: number[]) => indices.flatMap((i) => [...frame.subarray(3 * i, 3 * i + 3)])
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const middleOfHips = [0.5, 0.25, 0.75]
  const face = points(span(24, 91))
  return {
    pose_keypoints_2d:
      body === 18 ? points(span(0, 17)) : [...points(span(0, 7)), ...middleOfHips, ...points(span(8, 23))],
    face_keypoints_2d: facePoints === 70 ? [...face, 1, 2, 0.5, 3, 4, 0.5] : face,
    hand_left_keypoints_2d: points(span(92, 112)),
    hand_right_keypoints_2d: points(span(113, 133)),
  }
}

describe('mmgt-pose/1', () => {
  it('reads back bit for bit what it wrote', () => {
    const pose = swayingPose(7, { width: 640, height: 360, fps: 29.97 })
    const { pose: back, format, notes } = parsePoseFile(writePoseFile(pose))
    expect(back).toEqual(pose)
    expect(format).toBe('mmgt-pose/1')
    expect(notes).toEqual([])
  })

  it('round-trips any finite float32 coordinates', () => {
    const coordinate = fc.float({ min: -100_000, max: 100_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 2, maxLength: 60 }), (values) => {
        const pose = stillPose(new Float32Array(POSE_STRIDE), 1)
        values.forEach((v, i) => {
          pose.data[3 * (i >> 1) + (i % 2)] = v === 0 ? 0 : v // −0 is written as 0
        })
        expect(parsePoseFile(writePoseFile(pose)).pose.data).toEqual(pose.data)
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  it('accepts keys in any order, white space, a byte order mark and unknown keys', () => {
    const pose = swayingPose(2)
    const text = JSON.stringify(
      {
        frames: lists(pose),
        author: { name: 'x\n"é', tags: [null, true] },
        fps: 25,
        height: 512,
        width: 512,
        format: 'mmgt-pose/1',
      },
      null,
      1,
    )
    expect(parsePoseFile(`\uFEFF${text}`).pose).toEqual(pose)
  })

  it('names the frame that has too few or too many points', () => {
    const frames = lists(swayingPose(5))
    frames[3].pop()
    expect(refusal(mmgt(frames))).toContain('Frame 3 has 133 points, 134 are needed')
    frames[3].push([1, 2, 1], [1, 2, 1])
    expect(refusal(mmgt(frames))).toContain('Frame 3 has 135 points, 134 are needed')
  })

  it('names frame and point of a value that is no number', () => {
    const text = mmgt(
      lists(swayingPose(2)).map((frame, f) => (f === 1 ? frame.with(3, [7777, 5, 0.5]) : frame)),
    )
    expect(refusal(text.replace('7777', 'NaN'))).toBe(
      'pose/not-a-number: Frame 1, point 3 (right elbow): x is NaN.',
    )
    expect(refusal(text.replace('7777', '-Infinity'))).toContain('x is -Infinity')
    expect(refusal(text.replace('7777', '1e999'))).toContain('x is Infinity')
    const where =
      'pose/format: The pose file cannot be used: frame 1, point 3 (right elbow): a number is expected'
    expect(refusal(text.replace('7777', 'null'))).toContain(`${where}, found null`)
    expect(refusal(text.replace('7777', '"1"'))).toContain(`${where}, found a text`)
    expect(refusal(text.replace('7777', '1e9'))).toContain('at most 100000 px')
    expect(refusal(text.replace('7777,', ''))).toContain('Frame 1, point 3 (right elbow) has 2 values')
  })

  it('says in how many frames nobody is to be seen', () => {
    const pose = withoutPoints(
      swayingPose(3),
      Array.from({ length: 134 }, (_, i) => i),
      [1],
    )
    expect(parsePoseFile(writePoseFile(pose)).notes).toEqual([
      '1 frames show nobody; their points are missing.',
    ])
  })

  it('moves scores outside 0…1 to the nearer end and says so', () => {
    const frames = lists(swayingPose(1))
    frames[0][0][2] = 1.25
    frames[0][1][2] = -0.1
    const { pose, notes } = parsePoseFile(mmgt(frames))
    expect([pose.data[2], pose.data[5]]).toEqual([1, 0])
    expect(notes).toEqual(['2 scores lay outside 0…1 and were moved to the nearer end.'])
  })

  it.each([
    ['an unknown version', mmgt([], { format: 'mmgt-pose/2' }), 'mmgt-pose/2'],
    ['no frames', mmgt([]), 'has 0 frames'],
    ['no frames key', mmgt(undefined), 'no list "frames"'],
    ['no fps', mmgt(lists(swayingPose(1)), { fps: undefined }), 'no "fps"'],
    ['fps 0', mmgt(lists(swayingPose(1)), { fps: 0 }), 'frame rate is 0'],
    ['a canvas over the cap', mmgt(lists(swayingPose(1)), { width: 16385 }), 'width is 16385'],
    ['a broken canvas', mmgt(lists(swayingPose(1)), { width: 12.5 }), 'width is 12.5'],
    ['text after the end', `${mmgt(lists(swayingPose(1)))}]`, 'follows after the end'],
    ['half a file', mmgt(lists(swayingPose(1))).slice(0, 900), 'breaks off'],
    ['a repeated key', '{"format":"mmgt-pose/1","format":"mmgt-pose/1"}', 'appears twice'],
    ['deep nesting', `{"x":${'['.repeat(500)}`, 'levels deep'],
    ['nothing', '', 'breaks off'],
    ['another JSON', '{"a":1}', 'neither mmgt-pose/1 nor OpenPose'],
    ['a bare number', '12', 'neither mmgt-pose/1 nor OpenPose'],
  ])('refuses %s', (_, file, reason) => {
    expect(refusal(file)).toContain(reason)
  })

  it('leaves prototypes alone', () => {
    const text = mmgt(lists(swayingPose(1)), {}).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":[1],',
    )
    expect(parsePoseFile(text).pose.frames).toBe(1)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('OpenPose JSON', () => {
  const neutral = neutralPose()

  it('reads BODY_18 and BODY_25 with 70 face points and both hands', () => {
    for (const body of [18, 25] as const) {
      const file = JSON.stringify({ people: [person(neutral, body)], canvas_width: 512, canvas_height: 384 })
      const { pose, format } = parsePoseFile(file, { fps: 25 })
      expect(format).toBe('openpose')
      expect([pose.width, pose.height, pose.frames]).toEqual([512, 384, 1])
      expect(pose.data).toEqual(neutral)
    }
  })

  it('puts the feet of BODY_25 in their places', () => {
    const standing = neutral.slice()
    for (let i = 18; i < 24; i++) standing.set([i, 2 * i, 1], 3 * i)
    const { pose } = parsePoseFile(JSON.stringify({ people: [person(standing, 25, 68)] }), CANVAS)
    expect(pose.data).toEqual(standing)
  })

  it('reads a list of frames, takes the first person and counts what it left out', () => {
    const moving = swayingPose(3)
    const frame = (f: number) => person(moving.data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE))
    const frames = [{ people: [frame(0)] }, { people: [frame(1), { junk: [] }] }, { people: [] }]
    const { pose, notes } = parsePoseFile(JSON.stringify(frames), CANVAS)
    expect(pose.data.subarray(0, 2 * POSE_STRIDE)).toEqual(moving.data.subarray(0, 2 * POSE_STRIDE))
    expect(pose.data.subarray(2 * POSE_STRIDE).every((v) => v === 0)).toBe(true)
    expect(notes).toEqual([
      '1 frames show several people; the first of each was taken.',
      '1 frames show nobody; their points are missing.',
    ])
  })

  it('treats empty, null and absent lists as missing parts', () => {
    const { pose } = parsePoseFile(
      JSON.stringify({
        people: [
          {
            ...person(neutral),
            face_keypoints_2d: [],
            hand_left_keypoints_2d: null,
            hand_right_keypoints_2d: undefined,
          },
        ],
      }),
      CANVAS,
    )
    expect(pose.data.subarray(0, 72)).toEqual(neutral.subarray(0, 72))
    expect(pose.data.subarray(72).every((v) => v === 0)).toBe(true)
  })

  it('reads fractions of the canvas when told so, or when nothing else fits', () => {
    const fractions = neutral.map((v, i) => (i % 3 === 2 ? v : v / 512))
    const file = JSON.stringify({ people: [person(fractions)] })
    for (const normalised of ['auto', 'yes'] as const) {
      const { pose, notes } = parsePoseFile(file, { ...CANVAS, normalised })
      expect(maxAbsDiff(pose.data, neutral)).toBeLessThan(1e-4)
      expect(notes.length).toBe(normalised === 'auto' ? 1 : 0)
    }
    expect(parsePoseFile(file, { ...CANVAS, normalised: 'no' }).pose.data).toEqual(fractions)
  })

  it('says what is wrong with lists of other lengths, differing canvases and unknown ones', () => {
    const short = { ...person(neutral), hand_left_keypoints_2d: [1, 2, 3] }
    expect(refusal(JSON.stringify({ people: [short] }))).toContain(
      'Frame 0: hand_left_keypoints_2d has 3 values, 63 are needed',
    )
    const frames = [512, 640].map((width) => ({
      people: [person(neutral)],
      canvas_width: width,
      canvas_height: 512,
    }))
    expect(refusal(JSON.stringify(frames))).toContain('Frame 1 has a canvas of 640 × 512')
    expect(refusal(JSON.stringify(frames[0]), {})).toContain('does not tell its frame rate')
    expect(refusal(JSON.stringify({ people: [] }), { fps: 25 })).toContain('does not tell the width')
    expect(refusal(JSON.stringify([{ people: [] }, {}]))).toContain('Frame 1 has no "people" list')
  })
})

describe('MMGT .npy', () => {
  const motion = swayingPose(4)

  it.each([
    ['<f4', 1],
    ['>f4', 2],
    ['<f8', 3],
    ['>f8', 1],
  ] as const)('reads %s, header version %i', (descr, version) => {
    const { pose, format } = parsePoseFile(npy(motion.data, { descr, version }), CANVAS)
    expect(pose).toEqual(motion)
    expect(format).toBe('npy')
  })

  it('reads [frames, 134, 3] and a single frame of [402]', () => {
    expect(parsePoseFile(npy(motion.data, { shape: '(4, 134, 3)' }), CANVAS).pose).toEqual(motion)
    const single = parsePoseFile(npy(motion.data.subarray(0, POSE_STRIDE), { shape: '(402,)' }), CANVAS)
    expect(single.pose.frames).toBe(1)
  })

  it('recognises normalised values, undoes them to 1e-3 px and says so', () => {
    const file = npy(normalise(motion.data), { descr: '<f8' })
    const { pose, notes } = parsePoseFile(file, CANVAS)
    // Missing points were 0, 0, 0 and become 0, 0, 0 again, to float32 rounding of the normalised file.
    expect(maxAbsDiff(pose.data, motion.data)).toBeLessThan(1e-3)
    expect(notes).toEqual(['The values were read as normalised (−200…800 px as −1…1).'])
    expect(parsePoseFile(file, { ...CANVAS, normalised: 'yes' }).notes).toEqual([])
    expect(parsePoseFile(npy(motion.data), CANVAS).notes).toEqual(['The values were read as pixels.'])
  })

  it('keeps pixels when told that nothing is normalised', () => {
    const values = normalise(motion.data)
    const { pose } = parsePoseFile(npy(values), { ...CANVAS, normalised: 'no' })
    expect(pose.data[0]).toBe(values[0])
  })

  it('takes legs that were masked after normalising as missing, not as a point at 300, 300', () => {
    const values = normalise(motion.data)
    for (const point of [9, 10, 12, 13]) values.fill(0, 3 * point, 3 * point + 3)
    const { pose } = parsePoseFile(npy(values), CANVAS)
    expect([...pose.data.subarray(27, 30)]).toEqual([0, 0, 0])
  })

  it.each([
    ['integers', npy(motion.data, { descr: '<i4' }), 'type <i4'],
    ['pickled objects', npy(motion.data, { descr: '|O' }), 'type |O'],
    ['Fortran order', npy(motion.data, { fortran: true }), 'Fortran order'],
    ['another shape', npy(motion.data, { shape: '(8, 201)' }), 'shape [8, 201]'],
    ['a shape of letters', npy(motion.data, { shape: '(a, b)' }), 'does not tell the shape'],
    ['a promise the file cannot keep', npy(motion.data, { shape: '(99999, 402)' }), 'its header promises'],
    ['absurdly many frames', npy(motion.data, { shape: '(999999999999, 402)' }), 'at most 100000'],
    ['half a file', npy(motion.data).subarray(0, 3000), 'its header promises'],
    ['a header longer than the file', npy(motion.data).subarray(0, 60), 'header'],
    ['no frames', npy([], { shape: '(0, 402)' }), 'has 0 frames'],
  ])('refuses %s', (_, file, reason) => {
    expect(refusal(file)).toContain(reason)
  })

  it('names frame and point of a NaN', () => {
    const data = motion.data.slice()
    data[2 * POSE_STRIDE + 3 * 92 + 2] = Number.NaN
    expect(refusal(npy(data))).toContain('Frame 2, point 92 (left hand root): score is NaN')
  })
})

describe('facts', () => {
  it('are what the file itself tells', () => {
    expect(poseFileFacts(writePoseFile(swayingPose(3, { width: 640, height: 360, fps: 30 })))).toEqual({
      kind: 'mmgt-pose/1',
      frames: 3,
      width: 640,
      height: 360,
      fps: 30,
    })
    expect(poseFileFacts(npy(swayingPose(6).data))).toEqual({ kind: 'npy', frames: 6 })
    expect(poseFileFacts(JSON.stringify([{ people: [] }, { people: [] }]))).toEqual({
      kind: 'openpose',
      frames: 2,
    })
  })
})

it('100,000 spoiled files are read or refused, never anything else', () => {
  // Small frames keep this fast; every byte of structure is still there to be hit.
  const flat = new Float32Array(POSE_STRIDE).fill(1)
  const sources = [
    new TextEncoder().encode(writePoseFile(stillPose(flat, 1))),
    new TextEncoder().encode(JSON.stringify([{ people: [person(flat)], canvas_width: 9, canvas_height: 9 }])),
    new TextEncoder().encode('{"format":"mmgt-pose/1","width":1,"height":1,"fps":1,"frames":[[[0,0,0]]]}'),
    npy(flat),
    npy(flat, { descr: '>f8', version: 2 }),
  ]
  const splices = [
    '[',
    ']',
    '{',
    '}',
    '"',
    ',',
    '1e999',
    'NaN',
    'null',
    '-',
    '\\',
    '\\u12',
    '"__proto__":',
    '\0',
    '(',
  ]
  const random = numbers(20_251_123)
  let accepted = 0
  for (let run = 0; run < 100_000; run++) {
    const file = spoil(sources[run % sources.length], splices, random)
    try {
      const { pose } = parsePoseFile(file, CANVAS)
      accepted++
      if (!pose.data.every(Number.isFinite)) throw new Error(`run ${run} let a non-number through`)
    } catch (error) {
      if (!(error instanceof StudioError)) throw error
    }
  }
  expect(accepted).toBeGreaterThan(1_000)
  expect(accepted).toBeLessThan(99_000)
})

/** Whole numbers `0 … below − 1`, the same sequence for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function spoil(source: Uint8Array, splices: string[], random: (below: number) => number): Uint8Array {
  let bytes = source.slice()
  for (let change = random(3); change >= 0; change--) {
    // Half of all hits go to the head, where the structure is.
    const at = random(random(2) ? bytes.length : Math.min(bytes.length, 130))
    const kind = random(4)
    if (kind === 0) bytes[at] = random(256)
    else if (kind === 1) bytes = bytes.slice(0, at)
    else {
      const piece =
        kind === 2
          ? new TextEncoder().encode(splices[random(splices.length)])
          : bytes.slice(at, at + random(40))
      const cut = kind === 2 ? random(4) : 0
      const tail = bytes.subarray(at + cut)
      const longer = new Uint8Array(at + piece.length + tail.length)
      longer.set(bytes.subarray(0, at))
      longer.set(piece, at)
      longer.set(tail, at + piece.length)
      bytes = longer
    }
    if (bytes.length === 0) break
  }
  return bytes
}
