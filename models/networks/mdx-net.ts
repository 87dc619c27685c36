import { ModelError } from '../errors'
import type { StopSignal } from '../stop-signal'
import { MdxSpectrum, type SpectrumSizes, type Stereo } from './mdx-spectrum'
import { type PublishedNetwork, runPublished } from './published-network'

/** How an MDX network is used; the numbers belong to its file. */
export interface MdxSettings extends SpectrumSizes {
  /** Part of a chunk that the next one covers again. */
  overlap: number
  /** What the network's output is multiplied with, because it is too quiet. */
  compensate: number
}

/** Kim_Vocal_2.onnx, at 44,100 Hz (stage1.md §11.1; from the public table of separation models). */
export const KIM_VOCAL_2: MdxSettings = {
  fftSize: 7680,
  hop: 1024,
  bins: 3072,
  frames: 256,
  overlap: 0.25,
  compensate: 1.009,
}

/** Sounds louder than this are made quieter, before and after. */
const PEAK = 0.9
/** Quieter than this the network has found nothing. */
const SILENCE = 1e-6
/** The lowest bins are left out: the network was trained without them. */
const MUTED_BINS = 3

export interface SeparateOptions {
  settings?: MdxSettings
  /** Asked between two chunks. */
  signal?: StopSignal
  /** Chunks done, of how many. */
  onChunk?: (done: number, of: number) => void
}

export interface SeparatedVoice {
  vocals: Stereo
  /** What is left without them; computed when it is asked for. */
  rest: () => Stereo
  /**
   * The network found no voice at all: `vocals` is then the sound as it came, so that what follows has something to
   * hear, and what is left is silence. Say so to the user.
   */
  foundNothing: boolean
}

/**
 * The voice in a recording, and what is left without it (stage1.md §11.1). A peak above 0.9 is brought down to 0.9 first,
 * in both results.
 *
 * @param mix   left and right at 44,100 Hz, full scale ±1, equally long; mono is given twice
 * @throws ModelError `network/input` for an empty recording or channels of different length, `network/output` when the
 * network is not of these sizes
 */
export async function separateVoice(
  network: PublishedNetwork,
  mix: Stereo,
  { settings = KIM_VOCAL_2, ...options }: SeparateOptions = {},
): Promise<SeparatedVoice> {
  const [left, right] = mix
  if (left.length === 0 || left.length !== right.length) {
    throw new ModelError(
      'network/input',
      `Left and right must be equally long and not empty; they have ${left.length} and ${right.length} samples.`,
    )
  }
  const loud = limitPeak(mix)
  const { bins, frames } = settings
  const dims = [1, 4, bins, frames]
  const apply = async (data: Float32Array) => {
    const [{ data: voice }] = await runPublished(network, { dims, data })
    if (voice.length !== data.length) {
      throw new ModelError(
        'network/output',
        `The separator gave ${voice.length} values for a spectrum of ${data.length}.`,
      )
    }
    if (!voice.every(Number.isFinite)) {
      throw new ModelError('network/output', 'The separator gave values that are not numbers.')
    }
    return voice
  }
  const found = limitPeak(await demix(loud, settings, apply, options))
  const foundNothing = peakOf(found) < SILENCE
  const vocals = foundNothing ? loud : found
  const without = (c: 0 | 1) => loud[c].map((sample, i) => sample - vocals[c][i])
  return { vocals, rest: () => [without(0), without(1)], foundNothing }
}

/**
 * Overlapping chunks through `apply`, which gets and gives a spectrum `[4, bins, frames]`, and together again with the
 * weights of a Hann window; multiplied with `compensate`.
 */
export async function demix(
  mix: Stereo,
  settings: MdxSettings,
  apply: (spectrum: Float32Array) => Float32Array | Promise<Float32Array>,
  { signal, onChunk }: Pick<SeparateOptions, 'signal' | 'onChunk'> = {},
): Promise<Stereo> {
  const spectrum = new MdxSpectrum(settings)
  const { chunk } = spectrum
  const samples = mix[0].length
  const trim = settings.fftSize / 2 // where a chunk's frames do not overlap fully
  const useful = chunk - 2 * trim
  const length = trim + samples + useful + trim - (samples % useful)
  const step = Math.trunc((1 - settings.overlap) * chunk)
  const starts = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step)
  const sums: Stereo = [new Float32Array(samples), new Float32Array(samples)]
  const weights = new Float32Array(chunk) // of the samples from where the chunk starts
  for (const [i, start] of starts.entries()) {
    signal?.throwIfAborted()
    const given = spectrum.analyse([cut(mix[0], start - trim, chunk), cut(mix[1], start - trim, chunk)])
    const out = spectrum.synthesise(await apply(withoutLowest(given, settings)))
    const window = symmetricHann(Math.min(chunk, length - start))
    for (const [n, weight] of window.entries()) {
      const at = start + n - trim // trimmed samples fall off both ends
      weights[n] += weight
      if (at < 0 || at >= samples) continue
      sums[0][at] += out[0][n] * weight
      sums[1][at] += out[1][n] * weight
    }
    // No later chunk reaches the samples before the next start.
    for (let n = 0; n < step; n++) {
      const at = start + n - trim
      if (at < 0 || at >= samples) continue
      for (const sum of sums) sum[at] = (sum[at] / weights[n]) * settings.compensate
    }
    weights.copyWithin(0, step)
    weights.fill(0, chunk - step)
    onChunk?.(i + 1, starts.length)
  }
  return sums
}

/** The same sound, quieter where its peak is above 0.9. */
export function limitPeak(sound: Stereo): Stereo {
  const peak = peakOf(sound)
  if (peak <= PEAK) return sound
  return [sound[0].map((x) => x * (PEAK / peak)), sound[1].map((x) => x * (PEAK / peak))]
}

function peakOf(sound: Stereo): number {
  let peak = 0
  for (const channel of sound) for (const x of channel) peak = Math.max(peak, Math.abs(x))
  return peak
}

/** `length` samples from `start`, with silence where the sound has none. */
function cut(sound: Float32Array, start: number, length: number): Float32Array {
  const out = new Float32Array(length)
  const from = Math.max(0, start)
  if (from < sound.length && start + length > 0) out.set(sound.subarray(from, start + length), from - start)
  return out
}

function withoutLowest(spectrum: Float32Array, { bins, frames }: SpectrumSizes): Float32Array {
  for (let part = 0; part < 4; part++) {
    const start = part * bins * frames
    spectrum.fill(0, start, start + Math.min(MUTED_BINS, bins) * frames)
  }
  return spectrum
}

const symmetricHann = (length: number): Float64Array =>
  length === 1
    ? Float64Array.of(1)
    : Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (length - 1)))
