/** Samples per second of the speech networks, and frames of the videos they are for. */
const SAMPLE_RATE = 16_000
const FPS = 25
const SAMPLES_PER_FRAME = SAMPLE_RATE / FPS

/**
 * (x - mean) / √(variance + eps) over the whole clip, population variance. WavLM-Large wants eps 1e-5 (stage1.md,
 * section 3), wav2vec2 1e-7 (section 11.2). Empty clips stay empty.
 */
export function withUnitVariance(samples: Float32Array, eps: number): Float32Array {
  let sum = 0
  for (const sample of samples) sum += sample
  const mean = sum / samples.length
  let squares = 0
  for (const sample of samples) squares += (sample - mean) ** 2
  const deviation = Math.sqrt(squares / samples.length + eps)
  return samples.map((sample) => (sample - mean) / deviation)
}

export interface SpeechInput {
  /** 16 kHz, normalised, then padded with zeros. */
  wave: Float32Array
  /** Video frames that `wave` makes: one for each started frame of 640 samples, then those of the zeros. */
  frames: number
  /** Of them, those that the speech itself makes. */
  speechFrames: number
}

/**
 * What wav2vec2 is given of a clip, as in stage1.md, section 11.2: zeros come after the normalisation.
 * @param samples mono, 16 kHz
 * @param clipFrames frames are filled up to a multiple of this; not at all where it is left out
 */
export function speechInput(samples: Float32Array, clipFrames?: number): SpeechInput {
  const normal = withUnitVariance(samples, 1e-7)
  const speechFrames = Math.ceil((samples.length / SAMPLE_RATE) * FPS)
  const missing = clipFrames ? (clipFrames - (speechFrames % clipFrames)) % clipFrames : 0
  const wave = new Float32Array(normal.length + missing * SAMPLES_PER_FRAME)
  wave.set(normal)
  return { wave, frames: speechFrames + missing, speechFrames }
}
