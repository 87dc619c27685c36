import path from 'node:path'
import { beatAlignment } from '../../nodes/lib/dsp/beat-alignment'
import { detectOnsets } from '../../nodes/lib/dsp/onsets'
import { mean, standardDeviation } from '../../nodes/lib/dsp/order-statistics'
import { lipEnergyCorrelation } from '../../nodes/lib/pose/lip-correlation'
import { motionBeats } from '../../nodes/lib/pose/motion-beats'
import { generateGestures } from '../../nodes/lib/pose/procedural/generate'
import { goldenPath, hasGolden } from '../support/golden'
import { neutralPose } from '../support/poses'
import { readPcm16 } from '../support/read-pcm16'
import { syntheticVoice } from '../support/voice'
import { spokenClips } from './voices'

export interface Clip {
  name: string
  samples: Float32Array
  sampleRate: number
}

export interface BenchRow {
  measure: string
  /** Pooled over clips and seeds. */
  score: number
  /** The same with the sound shifted circularly: mean and sd over the offsets. */
  control: number | null
  controlSd: number | null
  z: number | null
  atLeast: string
  bestShiftSeconds: number | null
}

const SEEDS = [1, 2, 3, 4, 5, 6]
const SHIFTS = 400

/** Nine clips where everything is there: two of the golden ones, the example of 10 s, and six by eSpeak NG. */
export function benchClips(): Clip[] {
  const files = [path.resolve(import.meta.dirname, '../../nodes/examples/speech-story.wav')]
  const golden = ['speech_3s2', 'speech_9s6']
  if (hasGolden) files.push(...golden.map((name) => goldenPath(`stage1/baseline_${name}/${name}.wav`)))
  const clips = files.map((file) => ({ name: path.basename(file, '.wav'), ...readPcm16(file) }))
  const spoken = spokenClips()
  if (spoken.length > 0) return [...clips, ...spoken]
  return [...clips, { name: 'voice made by rule', ...syntheticVoice({ seconds: 20 }) }]
}

/** What the motion of one clip and one seed is compared with. */
interface Take {
  seconds: number
  motion: number[]
  onsets: number[]
  accents: number[]
  lips: number | null
}

/**
 * Are the gestures in time with the speech? Beat alignment in both directions, against all onsets (found by a detector
 * that the generator does not use) and against accents (its own), pooled over clips and seeds; the control shifts the
 * sound of every clip at once, so its spread is that of the pooled mean.
 */
export async function benchGestures(
  clips: Clip[] = benchClips(),
  first = neutralPose(),
): Promise<BenchRow[]> {
  const takes = clips.flatMap((clip) => SEEDS.map((seed) => take(clip, first, seed)))
  const measures: [string, (t: Take, shift: number) => [number[], number[]]][] = [
    ['BA, all onsets', (t, shift) => [shifted(t.onsets, shift, t.seconds), t.motion]],
    ['BA, accents', (t, shift) => [shifted(t.accents, shift, t.seconds), t.motion]],
    ['BC, motion to onsets', (t, shift) => [t.motion, shifted(t.onsets, shift, t.seconds)]],
    ['BC, motion to accents', (t, shift) => [t.motion, shifted(t.accents, shift, t.seconds)]],
  ]
  const rows = measures.map(([measure, pair]): BenchRow => {
    const pooled = (shiftOf: (t: Take) => number) => {
      let sum = 0
      let events = 0
      for (const t of takes) {
        const [a, b] = pair(t, shiftOf(t))
        const score = beatAlignment(a, b)
        if (score === null) continue
        sum += score * a.length
        events += a.length
      }
      return sum / events
    }
    const score = pooled(() => 0)
    const control = Array.from({ length: SHIFTS }, (_, k) =>
      pooled((t) => 0.5 + ((t.seconds - 1) * k) / (SHIFTS - 1)),
    )
    const near = Array.from({ length: 41 }, (_, k) => (k - 20) / 50)
    const scores = near.map((shift) => pooled(() => shift))
    const best = near[scores.indexOf(Math.max(...scores))]
    const [centre, sd] = [mean(control), standardDeviation(control)]
    return {
      measure,
      score,
      control: centre,
      controlSd: sd,
      z: (score - centre) / sd,
      atLeast: `${control.filter((c) => c >= score).length}/${SHIFTS}`,
      bestShiftSeconds: best,
    }
  })
  const lips = takes.map((t) => t.lips).filter((r) => r !== null)
  const none = { control: null, controlSd: null, z: null, atLeast: '', bestShiftSeconds: null }
  const seconds = takes.reduce((sum, t) => sum + t.seconds, 0)
  const beats = takes.reduce((sum, t) => sum + t.motion.length, 0)
  return [
    ...rows,
    { measure: 'lips against level, mean r', score: mean(lips), ...none },
    { measure: 'motion beats per second', score: beats / seconds, ...none },
    { measure: 'clips', score: clips.length, ...none },
  ]
}

function take(clip: Clip, first: Float32Array, seed: number): Take {
  const { pose, prosody } = generateGestures(
    { ...clip, first, width: 512, height: 512, fps: 25 },
    { energy: 1, rate: 1, dominance: 0.5, head: 1, brows: 1, blinks: 16, lips: 1, snap: true, seed },
  )
  return {
    seconds: clip.samples.length / clip.sampleRate,
    motion: motionBeats(pose),
    onsets: detectOnsets(clip.samples, clip.sampleRate),
    accents: prosody.syllables.filter((s) => s.accent).map((s) => s.onset),
    lips: lipEnergyCorrelation(pose, clip.samples, clip.sampleRate)?.r ?? null,
  }
}

const shifted = (times: number[], shift: number, seconds: number): number[] =>
  shift === 0 ? times : times.map((t) => (t + shift + seconds) % seconds).sort((a, b) => a - b)
