import type { AudioValue } from '../../../nodes/core/values'

/**
 * Loudness per column: the largest absolute sample of each of `columns` equal pieces of `[from, to)` seconds, over
 * all channels, 0…1.
 */
export function waveformPeaks(
  { channels, sampleRate }: AudioValue,
  columns: number,
  fromSeconds: number,
  toSeconds: number,
): Float32Array {
  const peaks = new Float32Array(columns)
  const samplesPerColumn = ((toSeconds - fromSeconds) * sampleRate) / columns
  // Of a long piece every n-th sample is enough to see it.
  const stride = Math.max(1, Math.floor(samplesPerColumn / 400))
  for (const samples of channels) {
    for (let c = 0; c < columns; c++) {
      const start = Math.max(0, Math.floor(fromSeconds * sampleRate + c * samplesPerColumn))
      const end = Math.min(samples.length, Math.ceil(fromSeconds * sampleRate + (c + 1) * samplesPerColumn))
      for (let i = start; i < end; i += stride) {
        const level = Math.abs(samples[i])
        if (level > peaks[c]) peaks[c] = level
      }
    }
  }
  return peaks
}

/** The largest of `peaks`; not below a whisper, so that silence stays flat. */
export const loudest = (peaks: Float32Array): number =>
  peaks.reduce((most, peak) => Math.max(most, peak), 0.05)
