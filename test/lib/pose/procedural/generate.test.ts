import { describe, expect, it } from 'vitest'
import { framesFor, POSE_STRIDE, type PoseValue } from '../../../../nodes/core/values'
import { shiftControl } from '../../../../nodes/lib/dsp/beat-alignment'
import { mean, standardDeviation } from '../../../../nodes/lib/dsp/order-statistics'
import { runSteps } from '../../../../nodes/lib/dsp/run-steps'
import { lipEnergyCorrelation, lipOpening } from '../../../../nodes/lib/pose/lip-correlation'
import { motionBeats } from '../../../../nodes/lib/pose/motion-beats'
import { generateGestures, gestureSteps } from '../../../../nodes/lib/pose/procedural/generate'
import { measureRig } from '../../../../nodes/lib/pose/procedural/rig'
import type { GestureParams } from '../../../../nodes/lib/pose/procedural/schedule'
import { regionMotion } from '../../../../nodes/lib/pose/region-motion'
import { describeGolden, goldenPath, readGolden } from '../../../support/golden'
import { neutralPose } from '../../../support/poses'
import { readPcm16 } from '../../../support/read-pcm16'
import { syntheticVoice } from '../../../support/voice'

const DEFAULTS: GestureParams = {
  energy: 1,
  rate: 1,
  dominance: 0.5,
  head: 1,
  brows: 1,
  blinks: 16,
  lips: 1,
  snap: true,
  seed: 1,
}
const VOICE = syntheticVoice({ seconds: 12 })
const FIRST = neutralPose()
const UNIT = measureRig(FIRST, 512, 512).unit

function perform(
  sound: { samples: Float32Array; sampleRate: number },
  params: Partial<GestureParams> = {},
  first = FIRST,
  fps = 25,
) {
  return generateGestures({ ...sound, first, width: 512, height: 512, fps }, { ...DEFAULTS, ...params })
}

const quiet = (seconds: number) => ({ samples: new Float32Array(16_000 * seconds), sampleRate: 16_000 })

function hiss(seconds: number) {
  let state = 1
  const samples = Float32Array.from({ length: 16_000 * seconds }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return 0.2 * (state / 2 ** 31 - 1)
  })
  return { samples, sampleRate: 16_000 }
}

/** x and y of one point over time, px. */
function path(pose: PoseValue, point: number): [Float64Array, Float64Array] {
  const axis = (o: number) =>
    Float64Array.from({ length: pose.frames }, (_, f) => pose.data[f * POSE_STRIDE + 3 * point + o])
  return [axis(0), axis(1)]
}

function range(pose: PoseValue, point: number): number {
  return Math.max(...path(pose, point).map((v) => Math.max(...v) - Math.min(...v))) / UNIT
}

/** Share of the energy of the velocity above 8 Hz, by a plain Fourier sum over the whole clip. */
function shareAbove8Hz(series: Float64Array[], fps = 25): number {
  let high = 0
  let total = 0
  for (const values of series) {
    const n = values.length - 1
    const velocity = Float64Array.from({ length: n }, (_, f) => values[f + 1] - values[f])
    const centre = mean(velocity)
    for (let k = 1; k <= n / 2; k++) {
      let [re, im] = [0, 0]
      for (let f = 0; f < n; f++) {
        const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * f) / n)
        const x = (velocity[f] - centre) * hann
        re += x * Math.cos((2 * Math.PI * k * f) / n)
        im += x * Math.sin((2 * Math.PI * k * f) / n)
      }
      const energy = re * re + im * im
      total += energy
      if ((k * fps) / n > 8) high += energy
    }
  }
  return high / total
}

const accentsOf = (performance: ReturnType<typeof perform>) =>
  performance.prosody.syllables.filter((s) => s.accent).map((s) => s.onset)

describe('where the motion starts', () => {
  const { pose } = perform(VOICE)

  it('frame 0 is the first pose and scores never change', () => {
    for (let i = 0; i < POSE_STRIDE; i++) expect(Math.abs(pose.data[i] - FIRST[i])).toBeLessThan(1e-4)
    for (let i = 2; i < pose.data.length; i += 3) expect(pose.data[i]).toBe(FIRST[i % POSE_STRIDE])
  })

  it('has one frame per 1/fps of speech, and at least one', () => {
    expect(pose.frames).toBe(300)
    expect(framesFor(3.2, 25)).toBe(80)
    expect(framesFor(3.21, 25)).toBe(81)
    expect(framesFor(0, 25)).toBe(1)
    for (const fps of [12, 24, 30, 60]) expect(perform(VOICE, {}, FIRST, fps).pose.frames).toBe(12 * fps)
  })

  it('clips of 0, 1 and 100 samples give one finite frame', () => {
    for (const length of [0, 1, 100]) {
      const sound = { samples: new Float32Array(length).fill(0.3), sampleRate: 16_000 }
      expect(perform(sound).pose.frames).toBe(1)
      expect(perform(sound).pose.data.every(Number.isFinite)).toBe(true)
    }
  })
})

describe('one performance per seed', () => {
  it('repeats bit for bit, and another seed gives another sequence of gestures', () => {
    const [a, b, c] = [perform(VOICE), perform(VOICE), perform(VOICE, { seed: 2 })]
    expect(b.pose.data).toEqual(a.pose.data)
    const sequence = (p: typeof a) => p.strokes.map((s) => `${s.apex} ${s.kind} ${s.sides}`).join()
    expect(sequence(c)).not.toBe(sequence(a))
    expect(c.pose.data).not.toEqual(a.pose.data)
  })

  it('does not move the blinks when gestures change', () => {
    expect(perform(VOICE, { rate: 2 }).blinks).toEqual(perform(VOICE, { rate: 0.5 }).blinks)
  })

  it('hardly depends on the recording level', () => {
    const soft = perform({ samples: VOICE.samples.map((x) => x * 0.25), sampleRate: 16_000 }).pose
    const loud = perform(VOICE).pose
    let worst = 0
    for (let i = 0; i < loud.data.length; i++) worst = Math.max(worst, Math.abs(soft.data[i] - loud.data[i]))
    expect(worst).toBeLessThan(1e-2)
  })

  it('is the same motion at another frame rate and another sample rate', () => {
    const base = perform(VOICE).pose
    const fine = perform(VOICE, {}, FIRST, 50).pose
    let worst = 0
    for (let f = 0; f < base.frames; f++) {
      for (let i = 0; i < POSE_STRIDE; i++) {
        const [a, b] = [base.data[f * POSE_STRIDE + i], fine.data[2 * f * POSE_STRIDE + i]]
        worst = Math.max(worst, Math.abs(a - b))
      }
    }
    expect(worst).toBeLessThan(1e-3)
    const cd = syntheticVoice({ seconds: 12, sampleRate: 48_000 })
    const resampled = perform(cd)
    expect(resampled.strokes.length).toBeGreaterThan(3)
    expect(resampled.pose.frames).toBe(300)
  })
})

describe('without speech', () => {
  for (const [name, sound] of [
    ['silence', quiet(20)],
    ['white noise', hiss(20)],
  ] as const) {
    it(`${name} gives no strokes, little idle motion, shut lips and blinks`, () => {
      const { pose, strokes, blinks } = perform(sound)
      expect(strokes).toEqual([])
      for (const wrist of [4, 7]) {
        expect(range(pose, wrist)).toBeLessThan(0.05)
        expect(range(pose, wrist)).toBeGreaterThan(0.005)
      }
      expect(Math.max(...lipOpening(pose).subarray(13))).toBeLessThan(0.06)
      expect(blinks[0].apex).toBeLessThan(8)
      expect(blinks.length).toBeGreaterThan(2)
    })
  }
})

describe('params', () => {
  it('energy 0 or rate 0 means no strokes', () => {
    expect(perform(VOICE, { energy: 0 }).strokes).toEqual([])
    expect(perform(VOICE, { rate: 0 }).strokes).toEqual([])
  })

  it('path speed grows with energy', () => {
    const speeds = [0, 0.5, 1, 1.5, 2].map((energy) =>
      mean(
        [1, 2, 3, 4].map((seed) => {
          const { pose } = perform(VOICE, { energy, seed })
          return (regionMotion(pose, 'rightArm').speed ?? 0) + (regionMotion(pose, 'leftArm').speed ?? 0)
        }),
      ),
    )
    for (let i = 1; i < speeds.length; i++) expect(speeds[i]).toBeGreaterThan(speeds[i - 1])
  })

  it('more rate, more strokes', () => {
    const counts = [0.5, 1, 2].map((rate) => perform(VOICE, { rate }).strokes.length)
    expect(counts[0]).toBeLessThan(counts[1])
    expect(counts[1]).toBeLessThan(counts[2])
  })

  it('dominance moves the gestures to one side', () => {
    const difference = (dominance: number) => {
      const { pose } = perform(VOICE, { dominance })
      return (regionMotion(pose, 'rightArm').speed ?? 0) - (regionMotion(pose, 'leftArm').speed ?? 0)
    }
    expect(difference(1)).toBeGreaterThan(0)
    expect(difference(-1)).toBeLessThan(0)
  })

  it('head, brows, lips and blinks can be switched off one by one', () => {
    expect(perform(VOICE, { blinks: 0 }).blinks).toEqual([])
    const still = perform(VOICE, { lips: 0, brows: 0, blinks: 0 }).pose
    expect(Math.max(...lipOpening(still).subarray(13))).toBeLessThan(0.06)
    expect(regionMotion(still, 'brows').speed).toBeLessThan(
      0.5 * regionMotion(perform(VOICE).pose, 'brows').speed!,
    )
    const nose = (head: number) => regionMotion(perform(VOICE, { head }).pose, 'head').speed ?? 0
    expect(nose(0)).toBeLessThan(0.3 * nose(1))
  })
})

describe('a plausible body', () => {
  const seeds = [1, 2, 3]
  const takes = seeds.map((seed) => perform(VOICE, { seed }).pose)

  it('does not flicker: hardly any velocity above 8 Hz', () => {
    for (const pose of takes) {
      for (const [point, limit] of [
        [4, 1e-3],
        [7, 1e-3],
        [0, 1e-3],
        [43, 1e-3],
        [48, 1e-3],
        [3, 2e-2],
        [6, 2e-2],
        [100, 5e-3],
        [121, 5e-3],
      ]) {
        expect(shareAbove8Hz(path(pose, point)), `point ${point}`).toBeLessThan(limit)
      }
      expect(shareAbove8Hz([lipOpening(pose)])).toBeLessThan(1e-2)
    }
  })

  it('keeps hands below 5.2 shoulder widths per second and without jerks', () => {
    for (const pose of takes) {
      for (const wrist of [4, 7]) {
        const [x, y] = path(pose, wrist)
        for (let f = 1; f + 1 < pose.frames; f++) {
          expect((Math.hypot(x[f + 1] - x[f - 1], y[f + 1] - y[f - 1]) * 12.5) / UNIT).toBeLessThan(5.2)
          const bend = Math.hypot(x[f + 1] - 2 * x[f] + x[f - 1], y[f + 1] - 2 * y[f] + y[f - 1])
          expect(bend / UNIT).toBeLessThan(0.2)
        }
      }
    }
  })

  it('never draws a bone longer than it is, crosses the wrists, or puts a hand into the face', () => {
    const rig = measureRig(FIRST, 512, 512)
    for (const pose of takes) {
      for (let f = 0; f < pose.frames; f++) {
        const at = (i: number) => pose.data.subarray(f * POSE_STRIDE + 3 * i, f * POSE_STRIDE + 3 * i + 2)
        const length = (a: number, b: number) => Math.hypot(at(a)[0] - at(b)[0], at(a)[1] - at(b)[1])
        expect(length(2, 3)).toBeLessThan(1.001 * rig.arms.right.upperLength)
        expect(length(3, 4)).toBeLessThan(1.001 * rig.arms.right.foreLength)
        expect(length(5, 6)).toBeLessThan(1.001 * rig.arms.left.upperLength)
        expect(length(6, 7)).toBeLessThan(1.001 * rig.arms.left.foreLength)
        expect(at(7)[0] - at(4)[0]).toBeGreaterThan(0)
        const chin = at(32)[1]
        const [left, right] = [at(24)[0], at(40)[0]]
        for (let i = 92; i < 134; i++) {
          const inside = at(i)[1] < chin && at(i)[0] > left && at(i)[0] < right
          expect(inside).toBe(false)
        }
      }
    }
  })

  it('uses many gestures, another sequence for each seed, and the hand stops on the accents it chose', () => {
    const performances = Array.from({ length: 12 }, (_, i) => perform(VOICE, { seed: i + 1 }))
    expect(new Set(performances.flatMap((p) => p.strokes.map((s) => s.kind))).size).toBeGreaterThan(6)
    const sequences = performances.map((p) => p.strokes.map((s) => s.kind + s.sides).join())
    expect(new Set(sequences).size).toBe(12)
    for (const { pose, strokes } of performances) {
      const beats = motionBeats(pose)
      const hit = strokes.filter((s) => beats.some((b) => Math.abs(b - s.apex) < 0.06))
      expect(hit.length / strokes.length).toBeGreaterThan(0.85)
    }
  })
})

describe('lips and lids', () => {
  it('lips follow the level and meet between vowels', () => {
    const { pose } = perform(VOICE)
    expect(lipEnergyCorrelation(pose, VOICE.samples, VOICE.sampleRate)?.r).toBeGreaterThan(0.6)
    const opening = lipOpening(pose)
    const at = (t: number, frames: number[]) => frames.map((d) => opening[Math.round(t * 25) + d] ?? 0)
    const closed = mean(VOICE.closures.map((t) => Math.min(...at(t, [-2, -1, 0, 1]))))
    const open = mean(VOICE.onsets.map((t) => Math.max(...at(t, [-1, 0, 1, 2]))))
    expect(closed).toBeLessThan(0.25 * open)
  })

  it('blinks 10 to 22 times a minute, never on an accent', () => {
    let blinks = 0
    let seconds = 0
    for (let seed = 1; seed <= 3; seed++) {
      const voice = syntheticVoice({ seconds: 40, seed })
      const performance = perform(voice, { seed })
      const accents = accentsOf(performance)
      for (const { apex } of performance.blinks) {
        // Shut from apex to apex + 30 ms, closing for 110 ms, opening for 180 ms: the middle is 50 ms after apex.
        for (const accent of accents) expect(Math.abs(apex + 0.05 - accent)).toBeGreaterThan(0.15)
      }
      blinks += performance.blinks.length
      seconds += 40
    }
    expect((60 * blinks) / seconds).toBeGreaterThan(10)
    expect((60 * blinks) / seconds).toBeLessThan(22)
  })

  it('a blink brings the lids together', () => {
    const { pose, blinks } = perform(VOICE)
    const [upper, lower] = [path(pose, 61)[1], path(pose, 65)[1]]
    const shut = blinks.map(({ apex }) => Math.round(25 * (apex + 0.015))).filter((f) => f < pose.frames)
    for (const f of shut) expect(lower[f] - upper[f]).toBeLessThan(0.35 * (lower[0] - upper[0]))
  })
})

describe('in time with the speech', () => {
  it('motion beats meet accents far better than when the sound is shifted', () => {
    const { z, best } = alignment([VOICE, syntheticVoice({ seconds: 12, seed: 4 })])
    expect(z).toBeGreaterThan(2)
    expect(Math.abs(best)).toBeLessThanOrEqual(0.04)
  })
})

/** Pooled over seeds 1–6: motion beats to accents against 400 shifts, and the best of small shifts. */
function alignment(sounds: { samples: Float32Array; sampleRate: number }[]) {
  const takes = sounds.flatMap((sound) =>
    [1, 2, 3, 4, 5, 6].map((seed) => {
      const performance = perform(sound, { seed })
      const seconds = sound.samples.length / sound.sampleRate
      return { seconds, accents: accentsOf(performance), motion: motionBeats(performance.pose) }
    }),
  )
  const total = takes.reduce((sum, t) => sum + t.motion.length, 0)
  const pooled = (score: (t: (typeof takes)[number]) => number) =>
    takes.reduce((sum, t) => sum + score(t) * t.motion.length, 0) / total
  const controls = new Map(
    takes.map((t) => [t, shiftControl(t.accents, t.motion, t.seconds, 'motion-to-audio')!]),
  )
  const shifted = Float64Array.from({ length: 400 }, (_, k) => pooled((t) => controls.get(t)!.shifted[k]))
  const score = pooled((t) => controls.get(t)!.score)
  const shifts = Array.from({ length: 41 }, (_, k) => (k - 20) / 50)
  const near = shifts.map((shift) =>
    pooled((t) => {
      const moved = t.accents.map((a) => a + shift)
      return shiftControl(moved, t.motion, t.seconds, 'motion-to-audio', { shifts: 1 })!.score
    }),
  )
  return {
    z: (score - mean(shifted)) / standardDeviation(shifted),
    best: shifts[near.indexOf(Math.max(...near))],
  }
}

describeGolden('recorded speech and reference poses', () => {
  const speech = () => readPcm16(goldenPath('stage1/baseline_speech_9s6/speech_9s6.wav'))

  it('motion beats meet the accents of the reference clip at least 2 sd above chance', () => {
    const { z, best } = alignment([speech()])
    expect(z).toBeGreaterThan(2)
    expect(Math.abs(best)).toBeLessThanOrEqual(0.04)
  })

  it('lips correlate with the level above 0.6', () => {
    const sound = speech()
    expect(lipEnergyCorrelation(perform(sound).pose, sound.samples, sound.sampleRate)?.r).toBeGreaterThan(0.6)
  })

  it('first poses with missing, outside and overlapping points stay finite and start exactly', () => {
    const { inputs } = readGolden('stage1/pose_draw')
    const sound = speech()
    for (const name of [
      'neutral',
      'raised_right_arm',
      'zoomed_fractional',
      'missing_low_score',
      'out_of_frame',
      'hands_over_face',
    ]) {
      const first = inputs[name].data as Float32Array
      const { pose } = perform(sound, {}, first)
      expect(pose.data.every(Number.isFinite), name).toBe(true)
      for (let i = 0; i < POSE_STRIDE; i++) {
        expect(Math.abs(pose.data[i] - first[i]), name).toBeLessThan(1e-4)
      }
    }
  })
})

describe('odd first poses', () => {
  const change = (edit: (pose: Float32Array) => void) => {
    const pose = FIRST.slice()
    edit(pose)
    return pose
  }

  it('missing points stay exactly where they are, and a missing arm takes its gestures to the other one', () => {
    const first = change((pose) => pose.fill(0, 9, 15)) // right elbow and wrist
    const { pose, strokes } = perform(VOICE, { dominance: 1 }, first)
    expect(strokes.length).toBeGreaterThan(0)
    for (const { sides } of strokes) expect(sides).toEqual(['left'])
    for (let f = 0; f < pose.frames; f++) {
      expect([...pose.data.subarray(f * POSE_STRIDE + 9, f * POSE_STRIDE + 15)]).toEqual([0, 0, 0, 0, 0, 0])
    }
  })

  it('nothing visible, everything in one place, and a mirrored person give finite motion', () => {
    const mirrored = change((pose) => {
      for (let i = 0; i < POSE_STRIDE; i += 3) pose[i] = 512 - pose[i]
    })
    const folded = change((pose) => {
      for (let i = 0; i < POSE_STRIDE; i += 3) [pose[i], pose[i + 1]] = [256, 256]
    })
    for (const first of [new Float32Array(POSE_STRIDE), folded, mirrored]) {
      const { pose } = perform(VOICE, {}, first)
      expect(pose.data.every(Number.isFinite)).toBe(true)
      for (let i = 0; i < POSE_STRIDE; i++) expect(Math.abs(pose.data[i] - first[i])).toBeLessThan(1e-4)
    }
    const outward = perform(VOICE, { dominance: 1 }, mirrored).pose
    expect(regionMotion(outward, 'rightArm').speed).toBeGreaterThan(0.1)
  })

  it('a visible point that is not a number is refused with its place', () => {
    const first = change((pose) => {
      pose[12] = Number.NaN
    })
    expect(() => perform(VOICE, {}, first)).toThrow(/Point 4 of the first pose is visible but lies at \(NaN/)
  })

  it('neither the first pose nor the samples are written to', () => {
    const [first, samples] = [FIRST.slice(), VOICE.samples.slice()]
    perform({ samples, sampleRate: 16_000 }, {}, first)
    expect(first).toEqual(FIRST)
    expect(samples).toEqual(VOICE.samples)
  })
})

it('reports rising progress up to the end and can be cancelled in every part of the work', () => {
  const input = { ...VOICE, first: FIRST, width: 512, height: 512, fps: 25 }
  const fractions: number[] = []
  runSteps(gestureSteps(input, DEFAULTS), { onProgress: (f) => void fractions.push(f) })
  expect(fractions.length).toBeGreaterThan(10)
  for (let i = 1; i < fractions.length; i++) expect(fractions[i]).toBeGreaterThanOrEqual(fractions[i - 1])
  expect(fractions.at(-1)).toBeLessThanOrEqual(1)

  for (let after = 0; after < fractions.length; after += 5) {
    let asked = 0
    const signal = {
      aborted: false,
      throwIfAborted() {
        if (asked++ > after) throw new Error('cancelled')
      },
    }
    expect(() => runSteps(gestureSteps(input, DEFAULTS), { signal })).toThrow('cancelled')
  }
})
