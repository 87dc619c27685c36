import { readFileSync } from 'node:fs'
import { baselineFeatures } from '../../nodes/lib/dsp/baseline-features'
import { goldenPath, hasGolden } from '../support/golden'
import { readPcm16 } from '../support/read-pcm16'

export interface BenchRow {
  name: string
  /** Median of the warm runs. */
  ms: number
  /** Median of the original, warm, as measured when the golden vectors were made. */
  referenceMs: number
  /** How many times faster than the original. */
  ratio: number
}

const CASES = [
  { name: 'baseline features, 3.2 s', clip: 'speech_3s2', timing: 'baseline_features_3s2' },
  { name: 'baseline features, 9.6 s', clip: 'speech_9s6', timing: 'baseline_features_9s6_one_call' },
  {
    name: 'baseline features, 9.6 s as three pieces',
    clip: 'speech_9s6',
    timing: 'baseline_features_9s6_as_three_3s2_pieces',
    pieceFrames: 80,
  },
]

const WARM_UP = 5
const RUNS = 15

/** Warm medians of the baseline features against the original's; no rows where the golden vectors are absent. */
export async function benchBaseline(): Promise<BenchRow[]> {
  if (!hasGolden) return []
  const timings = JSON.parse(readFileSync(goldenPath('stage1/timings.json'), 'utf8'))
  return CASES.map(({ name, clip, timing, pieceFrames }) => {
    const { samples, sampleRate } = readPcm16(goldenPath(`stage1/baseline_${clip}/${clip}.wav`))
    const ms = medianMs(() => baselineFeatures(samples, sampleRate, { pieceFrames }))
    const referenceMs = timings[timing].median * 1000
    return { name, ms, referenceMs, ratio: referenceMs / ms }
  })
}

function medianMs(work: () => unknown): number {
  const times: number[] = []
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const start = performance.now()
    work()
    times.push(performance.now() - start)
  }
  const warm = times.slice(WARM_UP).sort((a, b) => a - b)
  return warm[Math.floor(warm.length / 2)]
}
