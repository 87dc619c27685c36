import { fftPlan } from '../dsp/fft'
import type { Path } from './point-path'

const HIGH_HERTZ = 8
const LONGEST_SEGMENT = 64

/** Welch's method: Hann segments of up to 64 frames, half overlapping, of the velocity of every path. */
export function highShare(paths: Path[], fps: number): number | null {
  const frames = (paths[0]?.x.length ?? 0) - 1
  if (frames < 16 || fps <= 2 * HIGH_HERTZ) return null
  const size = Math.min(LONGEST_SEGMENT, 2 ** Math.floor(Math.log2(frames)))
  const plan = fftPlan(size)
  const block = new Float64Array(2 * size)
  const bins = new Float64Array(2 * size)
  let total = 0
  let high = 0
  for (const path of paths) {
    for (const values of [path.x, path.y]) {
      for (let start = 0; start + size <= frames; start += size / 2) {
        let mean = 0
        for (let i = 0; i < size; i++) mean += (values[start + i + 1] - values[start + i]) / size
        if (Number.isNaN(mean)) continue
        for (let i = 0; i < size; i++) {
          const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)
          block[2 * i] = (values[start + i + 1] - values[start + i] - mean) * hann
        }
        plan.transform(bins, block)
        for (let k = 1; k <= size / 2; k++) {
          const energy = bins[2 * k] ** 2 + bins[2 * k + 1] ** 2
          total += energy
          if ((k * fps) / size > HIGH_HERTZ) high += energy
        }
      }
    }
  }
  return total > 1e-18 ? high / total : null
}
