import { fftPlan } from './fft'
import { FramePair, frameCount } from './frame-pair'
import { periodicHann } from './hann-window'
import { keepRecent } from './keep-recent'
import { HOP } from './power-spectra'
import { resampleByRatio } from './resample'
import { portion, type Steps } from './run-steps'
import { BINS_PER_OCTAVE } from './tuning'

export const OCTAVES = 7

/** Frequency of the lowest bin at tuning 0: C1. */
const C1_HZ = 32.7032

/** The kernels of every octave fit one transform, because each octave is analysed at half the rate of the one above. */
const KERNEL_SIZE = 512

/** Bandwidth over frequency of a bin, for neighbours that meet at half height. */
const RELATIVE_BANDWIDTH = (2 ** (2 / BINS_PER_OCTAVE) - 1) / (2 ** (2 / BINS_PER_OCTAVE) + 1)

/** The weakest entries of a kernel's spectrum that together hold less than 1 % of its magnitude are dropped. */
const DROPPED_SHARE = 0.01

/** Pairs of frames between two pauses: about 3 ms of work. */
const PAIRS_PER_STEP = 256

/** Called with the magnitudes of one octave's 36 bins, lowest first; `octave` counts from the lowest. Reused array. */
export type OctaveVisitor = (magnitudes: Float64Array, octave: number, frame: number) => void

/**
 * Constant-Q magnitudes of 252 bins, C1 upwards in thirds of a semitone, for 1 + ⌊n / 512⌋ frames (stage 1 reference,
 * section 2.7). Octaves come from the top: each is computed from the signal at half the rate of the one before.
 * @param samples mono at `sampleRate` Hz
 * @param tuning −0.5 … 0.5 thirds of a semitone
 */
export function* constantQ(
  samples: Float32Array,
  sampleRate: number,
  tuning: number,
  visit: OctaveVisitor,
): Steps<void> {
  const kernels = recentKernels(`${sampleRate}:${tuning}`, () => octaveKernels(sampleRate, tuning))
  const frames = frameCount(samples.length, HOP)
  const magnitudes = new Float64Array(BINS_PER_OCTAVE)
  let signal = samples
  for (let i = 0; i < OCTAVES; i++) {
    if (i > 0) signal = yield* portion(halveRate(signal), (i - 0.3) / OCTAVES, i / OCTAVES)
    const pair = new FramePair(signal, HOP / 2 ** i, KERNEL_SIZE)
    const first = new Float64Array(KERNEL_SIZE)
    const second = new Float64Array(KERNEL_SIZE)
    for (let frame = 0; frame < frames; frame += 2) {
      pair.load(frame)
      pair.spectrum(first, second, kernels.firstBin, kernels.lastBin + 1)
      respond(kernels, first, magnitudes)
      visit(magnitudes, OCTAVES - 1 - i, frame)
      if (frame + 1 < frames) {
        respond(kernels, second, magnitudes)
        visit(magnitudes, OCTAVES - 1 - i, frame + 1)
      }
      if (frame % (2 * PAIRS_PER_STEP) === 0) yield (i + (0.7 * frame) / frames) / OCTAVES
    }
  }
}

/** Half the rate, with the energy kept: √2 louder. */
function* halveRate(samples: Float32Array): Steps<Float32Array> {
  const half = yield* resampleByRatio(samples, 1, 2)
  for (let i = 0; i < half.length; i++) half[i] *= Math.SQRT2
  return half
}

/** Kernels of one octave in the frequency domain, only the bins that matter. */
interface Kernels {
  firstBin: number
  lastBin: number
  /** Per kernel: its first bin and its values from there on, interleaved, zeros where entries were dropped. */
  rows: { bin: number; values: Float64Array }[]
}

/** A tuning has one of 100 values, and pieces of one recording tend to share it. */
const recentKernels = keepRecent<Kernels>(8)

/**
 * The kernels of the top octave, which serve all: in the octave below, frequency and sample rate are both halved, and
 * the factor √2 between two octaves goes when each bin is divided by the root of its length in full-rate samples.
 */
function octaveKernels(sampleRate: number, tuning: number): Kernels {
  const rows = Array.from({ length: BINS_PER_OCTAVE }, (_, bin) => {
    const step = (OCTAVES - 1) * BINS_PER_OCTAVE + bin + tuning
    return kernel(C1_HZ * 2 ** (step / BINS_PER_OCTAVE), sampleRate)
  })
  return {
    rows,
    firstBin: Math.min(...rows.map((row) => row.bin)),
    lastBin: Math.max(...rows.map((row) => row.bin + row.values.length / 2 - 1)),
  }
}

/** A windowed complex tone at `hz`, transformed, thinned out and scaled to the root of its length. */
function kernel(hz: number, sampleRate: number): Kernels['rows'][number] {
  const length = sampleRate / (RELATIVE_BANDWIDTH * hz) // a real number
  const start = Math.floor(-length / 2)
  const hann = periodicHann(Math.floor(length / 2) - start)
  const total = hann.reduce((a, b) => a + b, 0)
  const padding = Math.floor((KERNEL_SIZE - hann.length) / 2)
  const tone = new Float64Array(2 * KERNEL_SIZE)
  for (let i = 0; i < hann.length; i++) {
    const angle = (2 * Math.PI * hz * (start + i)) / sampleRate
    const height = (hann[i] / total) * (length / KERNEL_SIZE)
    tone[2 * (padding + i)] = height * Math.cos(angle)
    tone[2 * (padding + i) + 1] = height * Math.sin(angle)
  }
  const spectrum = new Float64Array(2 * KERNEL_SIZE)
  fftPlan(KERNEL_SIZE).transform(spectrum, tone)
  return thinOut(spectrum.subarray(0, KERNEL_SIZE + 2), Math.sqrt(length))
}

/** Drops the weakest bins, and divides the rest by `rootLength`. */
function thinOut(spectrum: Float64Array, rootLength: number): Kernels['rows'][number] {
  const magnitudes = Float64Array.from({ length: spectrum.length / 2 }, (_, k) =>
    Math.hypot(spectrum[2 * k], spectrum[2 * k + 1]),
  )
  const allowance = DROPPED_SHARE * magnitudes.reduce((a, b) => a + b, 0)
  let dropped = 0
  const weakestKept =
    magnitudes
      .slice()
      .sort()
      .find((magnitude) => {
        dropped += magnitude
        return dropped >= allowance
      }) ?? 0
  const bin = magnitudes.findIndex((magnitude) => magnitude >= weakestKept)
  const last = magnitudes.findLastIndex((magnitude) => magnitude >= weakestKept)
  const values = spectrum.slice(2 * bin, 2 * last + 2)
  for (let k = 0; k < values.length; k++) {
    values[k] = magnitudes[bin + (k >> 1)] >= weakestKept ? values[k] / rootLength : 0
  }
  return { bin, values }
}

function respond({ rows }: Kernels, spectrum: Float64Array, magnitudes: Float64Array): void {
  for (let r = 0; r < BINS_PER_OCTAVE; r++) {
    const { bin, values } = rows[r]
    let re = 0
    let im = 0
    for (let i = 0, k = 2 * bin; i < values.length; i += 2, k += 2) {
      re += values[i] * spectrum[k] - values[i + 1] * spectrum[k + 1]
      im += values[i] * spectrum[k + 1] + values[i + 1] * spectrum[k]
    }
    magnitudes[r] = Math.sqrt(re * re + im * im)
  }
}
