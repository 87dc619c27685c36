import { type MotionStep, sampleMotion } from '../../../models/schedulers/motion-ddim'
import { type NoiseSource, seededNoise } from '../../../models/schedulers/seeded-noise'
import type { CancelSignal } from '../../core/define-node'
import { bestContinuation } from '../pose/best-continuation'
import { smoothSeams } from '../pose/smooth-seams'

/** SMGA, opened: what it says of a noisy motion. */
export interface GestureNetwork {
  /** Of a window (80), values of a frame (402), features of a frame that it reads (1059 or 35). */
  frames: number
  values: number
  features: number
  /**
   * The clean motion [frames, values], with guidance.
   * @param x noisy motion, the same shape
   * @param start [values]
   * @param audio [frames, features]
   */
  predict(x: Float32Array, t: number, start: Float32Array, audio: Float32Array): Promise<Float32Array>
}

export interface MotionOptions {
  /** [frames, features] of the speech. */
  audio: Float32Array
  /** How many frames of the motion are wanted, from its first: as many as the speech has unless given. */
  frames?: number
  /** [values], in the network's units. */
  start: Float32Array
  steps: readonly MotionStep[]
  /** Motions that are drawn of every window, of which the best is taken. */
  candidates: number
  /** `seamless` windows share `overlap` frames; `reference` puts pieces together as the original does. */
  joining: 'seamless' | 'reference'
  overlap: number
  seed: number
  signal?: CancelSignal
  /** Of all there are; the window that was finished last, when one was. */
  onProgress?: (fraction: number, finished?: { from: number; motion: Float32Array }) => void
  /** Noise of a window's candidate; the seed's own unless given. */
  noise?: (window: number, candidate: number) => NoiseSource
}

/** Frames of a piece after which the original goes on, counted from its start (stage1.md §6). */
const REFERENCE_CONDITION = 59
/** Where it smooths: a horizon of sixty frames that it no longer has. */
const REFERENCE_SEAM = 60

/** A motion of any length, [frames, values] in the network's units (stage1.md §6). */
export async function generateMotion(network: GestureNetwork, options: MotionOptions): Promise<Float32Array> {
  const spoken = options.audio.length / network.features
  const frames = Math.min(spoken, options.frames ?? spoken)
  const motion =
    options.joining === 'reference'
      ? await referenceMotion(network, options, spoken) // it smooths what lies behind, too
      : await seamlessMotion(network, options, spoken, frames)
  return motion.slice(0, frames * network.values)
}

/** First frames of the windows that cover `frames`; each shares `overlap` frames with the one before. */
export function windowStarts(frames: number, size: number, overlap: number): number[] {
  const stride = size - overlap
  const count = frames <= size ? 1 : 1 + Math.ceil((frames - size) / stride)
  return Array.from({ length: count }, (_, k) => k * stride)
}

/** Frames of the speech that the first `frames` of a seamless motion hear: to the end of the last window they are in. */
export function framesHeard(frames: number, size: number, overlap: number): number {
  const stride = size - overlap
  return Math.floor((frames - 1) / stride) * stride + size
}

/**
 * Each window begins with the end of the one before: in every step of the sampler its first frames are drawn towards
 * what is there already, wholly in the first frame and not at all after `overlap` frames. So it knows where it comes
 * from and how fast, and what is put together needs no smoothing.
 */
async function seamlessMotion(
  network: GestureNetwork,
  options: MotionOptions,
  spoken: number,
  wanted: number,
): Promise<Float32Array> {
  const { values } = network
  const starts = windowStarts(spoken, network.frames, options.overlap).filter((from) => from < wanted)
  const whole = new Float32Array((starts.at(-1)! + network.frames) * values)
  for (const [k, from] of starts.entries()) {
    const known = k === 0 ? undefined : whole.slice(from * values, (from + options.overlap) * values)
    const start = known ? known.slice(0, values) : options.start
    const drawn = await drawCandidates(network, options, { k, of: starts.length, from, start, known })
    const best = drawn.length === 1 ? 0 : nearestBeginning(drawn, known ?? start, values)
    whole.set(drawn[best].motion, from * values)
    const until = Math.min(spoken, from + network.frames)
    const motion = whole.subarray(from * values, until * values)
    options.onProgress?.((k + 1) / starts.length, { from, motion })
  }
  return whole
}

/**
 * As the original puts pieces together, for comparison: each begins with frame 59 of the one before, they follow one
 * another, the first pose comes in front (so all is a frame late), and frames around multiples of 60 are smoothed.
 */
async function referenceMotion(
  network: GestureNetwork,
  options: MotionOptions,
  frames: number,
): Promise<Float32Array> {
  const { values } = network
  const starts = windowStarts(frames, network.frames, 0)
  const pieces: Float32Array[] = []
  for (const [k, from] of starts.entries()) {
    const before = pieces.at(-1)
    const start = before
      ? before.slice(REFERENCE_CONDITION * values, (REFERENCE_CONDITION + 1) * values)
      : options.start
    const drawn = await drawCandidates(network, options, { k, of: starts.length, from, start })
    const motions = drawn.map(({ motion }) => motion)
    pieces.push(motions[before ? Math.max(0, bestContinuation(before, motions, values)) : 0])
    options.onProgress?.((k + 1) / starts.length, { from, motion: pieces.at(-1)! })
  }
  const late = new Float32Array((frames + 1) * values)
  late.set(options.start)
  for (const [k, piece] of pieces.entries()) {
    const at = values + starts[k] * values
    late.set(piece.subarray(0, Math.max(0, late.length - at)), at)
  }
  const joined = late.slice(0, frames * values)
  const seams = Array.from(
    { length: Math.floor(frames / REFERENCE_SEAM) },
    (_, i) => (i + 1) * REFERENCE_SEAM,
  )
  return smoothSeams(
    joined,
    values,
    seams.filter((seam) => seam < frames),
  )
}

interface Window {
  k: number
  of: number
  from: number
  start: Float32Array
  /** [overlap, values] of the window before. */
  known?: Float32Array
}

interface Drawn {
  motion: Float32Array
  /** What the network said last, before it was drawn towards what was known. */
  free: Float32Array
}

async function drawCandidates(
  network: GestureNetwork,
  options: MotionOptions,
  { k, of, from, start, known }: Window,
): Promise<Drawn[]> {
  const { steps, candidates, signal, seed, onProgress, noise } = options
  const audio = featuresOf(options.audio, network, from)
  const drawn: Drawn[] = []
  for (let c = 0; c < candidates; c++) {
    let free = new Float32Array()
    let done = 0
    const predict = async (x: Float32Array, t: number) => {
      signal?.throwIfAborted()
      free = (await network.predict(x, t, start, audio)) as typeof free
      onProgress?.((k + (c + ++done / steps.length) / candidates) / of)
      return known ? towards(free, known, network.values) : free
    }
    const source = noise?.(k, c) ?? seededNoise(seed + 2 ** 32 * (k * 8 + c))
    const motion = await sampleMotion(network.frames * network.values, predict, source, steps)
    drawn.push({ motion, free })
  }
  return drawn
}

/** Features of a window; behind the end of the speech its last frame goes on. */
function featuresOf(audio: Float32Array, { frames, features }: GestureNetwork, from: number): Float32Array {
  const last = audio.length / features - 1
  const window = new Float32Array(frames * features)
  for (let i = 0; i < frames; i++) {
    const frame = Math.min(last, from + i)
    window.set(audio.subarray(frame * features, (frame + 1) * features), i * features)
  }
  return window
}

/** The first frames of a motion, drawn towards `known`: wholly in the first, half in the middle, not at all behind. */
function towards(motion: Float32Array, known: Float32Array, values: number): Float32Array {
  const near = motion.slice()
  const overlap = known.length / values
  for (let frame = 0; frame < overlap; frame++) {
    const weight = 0.5 + 0.5 * Math.cos((Math.PI * frame) / overlap)
    for (let i = frame * values; i < (frame + 1) * values; i++) {
      near[i] = weight * known[i] + (1 - weight) * motion[i]
    }
  }
  return near
}

/**
 * Which motion of itself begins most like what is there: mean distance of places, and of velocities, over the frames of
 * `known`; scores do not count.
 */
export function nearestBeginning(drawn: readonly Drawn[], known: Float32Array, values: number): number {
  const costs = drawn.map(({ free }) => {
    let cost = 0
    for (let i = 0; i < known.length; i++) {
      if (i % 3 === 2) continue
      cost += Math.abs(free[i] - known[i])
      if (i >= values) cost += Math.abs(free[i] - free[i - values] - (known[i] - known[i - values]))
    }
    return cost
  })
  return costs.indexOf(Math.min(...costs))
}
