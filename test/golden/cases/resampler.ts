import { resample } from '../../../nodes/lib/dsp/resample'
import { resamplingFilter } from '../../../nodes/lib/dsp/resampling-filter'
import type { Comparison } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'

/** The first samples carry the trace of the reference's inner stages, which is reproduced to 2–10 %. */
const UNSETTLED = 3

/** stage1.md §1.2: what the single-stage design reaches on full-band noise; speech has little above its pass band. */
const TOLERANCE = { noise: 3e-4, unsettled: 7e-4, speech: 2e-5 }

/** Part of the peak tap by which the fitted filter is off, by how many taps it has per input sample (§1.2). */
const TAP_ERROR = { one: 1e-6, more: 3e-5 }

/** `noise_16000_to_12800`, `noise_2_to_1`: the same signal at another rate. */
function conversions(folder: GoldenFolder, tensor: string): Comparison[] {
  const named = /^(noise|speech)_(\d+)_to_(\d+)$/.exec(tensor)
  if (!named) throw new GoldenError(`The output ${tensor} does not name its rates.`)
  const [signal, from, to] = [named[1] as 'noise' | 'speech', Number(named[2]), Number(named[3])]
  const unit = from < 8000 ? 16_000 : 1 // 2 → 1 is a ratio
  const samples = folder.inputs()[signal].data as Float32Array
  const expected = folder.outputs()[tensor].data as Float32Array
  // The reference may return one sample fewer than ours.
  const got = resample(samples, from * unit, to * unit).subarray(0, expected.length)
  return [
    {
      tensor: `${tensor}, first ${UNSETTLED}`,
      got: got.subarray(0, UNSETTLED),
      expected: expected.subarray(0, UNSETTLED),
      tolerance: { abs: TOLERANCE.unsettled, rel: 0 },
    },
    {
      tensor,
      got: got.subarray(UNSETTLED),
      expected: expected.subarray(UNSETTLED),
      tolerance: { abs: TOLERANCE[signal], rel: 0 },
    },
  ]
}

/** The measured impulse response of a conversion, and our filter at the same offsets. */
function prototype(folder: GoldenFolder, tensor: string): Comparison {
  const named = /^prototype_(\d+)_to_(\d+)$/.exec(tensor)
  if (!named) throw new GoldenError(`The output ${tensor} does not name its rates.`)
  const [from, to] = [Number(named[1]), Number(named[2])]
  const divisor = greatestDivisor(from, to)
  const [up, down] = [to / divisor, from / divisor]
  const measured = folder.outputs()[tensor].data as Float32Array
  const firstOffset = Number(folder.outputs()[`${tensor}_first_offset`].data[0])
  const filter = resamplingFilter(up, down)
  const taps = Float64Array.from(measured, (_, i) => filter.at((firstOffset + i) / up))
  const peak = measured.reduce((a, b) => Math.max(a, b), 0)
  const abs = peak * (up === 1 ? TAP_ERROR.one : TAP_ERROR.more)
  return { tensor, got: taps, expected: measured, tolerance: { abs, rel: 0 } }
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

export async function resampler(folder: GoldenFolder): Promise<Comparison[]> {
  return Object.keys(folder.outputs())
    .filter((name) => !name.endsWith('_first_offset'))
    .flatMap((name) => (name.startsWith('prototype') ? [prototype(folder, name)] : conversions(folder, name)))
}
