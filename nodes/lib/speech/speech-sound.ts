import type { NodeContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { resampleAsync } from '../dsp/resample'
import { SPEECH_RATE } from './speech-network'

/** Below it the networks' first convolutions hear next to nothing. */
const SHORTEST_SECONDS = 0.2
/** Quieter than the last bit of 16-bit sound. */
const SILENCE = 1e-5

/**
 * Mono sound as the speech networks hear it, at 16 kHz; silence is pointed out, they hear something in it all the same.
 * @throws StudioError `audio/too-short`, `audio/sample-rate`, `audio/not-finite`
 */
export async function speechSound(
  ctx: Pick<NodeContext, 'signal' | 'warn'>,
  mono: Float32Array,
  sampleRate: number,
): Promise<Float32Array> {
  const seconds = mono.length / sampleRate
  if (seconds < SHORTEST_SECONDS) {
    throw new StudioError(
      'audio/too-short',
      `The sound is ${Number(seconds.toFixed(3))} s long; the speech networks need ${SHORTEST_SECONDS} s.`,
      { hint: 'Use a longer clip, or motion features of kind baseline.' },
    )
  }
  const samples = await resampleAsync(mono, sampleRate, SPEECH_RATE, { signal: ctx.signal })
  if (samples.every((sample) => Math.abs(sample) < SILENCE))
    ctx.warn('The sound is silent; what the speech networks say of it means nothing.')
  return samples
}
