import { StudioError } from '../../core/errors'
import type { AudioValue } from '../../core/values'

/**
 * Mean of the channels, full scale ±1 (stage 1 reference, section 1.1).
 * A mono clip is returned as it is, without a copy, so the result must not be written to.
 * @throws StudioError `audio/no-channels`, `audio/uneven-channels`
 */
export function toMono(audio: AudioValue): Float32Array {
  const { channels } = audio
  if (channels.length === 0) throw new StudioError('audio/no-channels', 'The audio has no channels.')
  if (channels.length === 1) return channels[0]
  const samples = channels[0].length
  for (const channel of channels) {
    if (channel.length === samples) continue
    throw new StudioError(
      'audio/uneven-channels',
      `The channels of the audio differ in length: ${samples} and ${channel.length} samples.`,
    )
  }
  const mono = new Float32Array(samples)
  for (let i = 0; i < samples; i++) {
    let sum = 0
    for (const channel of channels) sum += channel[i]
    mono[i] = sum / channels.length
  }
  return mono
}
