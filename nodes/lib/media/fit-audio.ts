import { type AudioValue, audioSeconds } from '../../core/values'
import { sayDuration } from './say-duration'

/**
 * Cuts a recording, or adds silence at its end, so that it is as long as a video.
 *
 * @param seconds length of the video
 * @param frameSeconds a difference of up to one frame is not worth a word
 * @returns the fitted sound (samples are shared with `audio` where nothing was added), and a note on what changed
 */
export function fitAudio(
  audio: AudioValue,
  seconds: number,
  frameSeconds: number,
): { audio: AudioValue; note: string | null } {
  const samples = Math.round(seconds * audio.sampleRate)
  const channels = audio.channels.map((channel) => {
    if (channel.length >= samples) return channel.subarray(0, samples)
    const longer = new Float32Array(samples)
    longer.set(channel)
    return longer
  })
  const difference = audioSeconds(audio) - seconds
  const change = difference > 0 ? 'cut off at its end' : 'filled up with silence'
  const note =
    Math.abs(difference) > frameSeconds
      ? `The sound is ${sayDuration(audioSeconds(audio))} long and the video ${sayDuration(seconds)}, so the sound was ${change}.`
      : null
  return { audio: { sampleRate: audio.sampleRate, channels }, note }
}
