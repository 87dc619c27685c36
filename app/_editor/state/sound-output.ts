import type { AudioValue } from '../../../nodes/core/values'

export interface SoundPlay {
  fromSeconds: number
  speed: number
  /** Repeated range; null to play to the end. */
  loop: { fromSeconds: number; toSeconds: number } | null
}

export interface SoundOutput {
  /** `seconds`: length of the clip; the sound is cut or filled with silence to it. */
  load(audio: AudioValue | undefined, seconds: number): void
  start(play: SoundPlay): void
  stop(): void
  setMuted(muted: boolean): void
  /** Seconds of clock since `start`, as heard; null while there is no sound whose clock could be trusted. */
  elapsedSeconds(): number | null
}

/** A device that has not moved its clock in this time has none (a machine without sound). */
const STALLED_MS = 400

/** Sound through WebAudio. Nothing is opened before the first `start`: browsers want a gesture first. */
export function webAudioOutput(): SoundOutput {
  let context: AudioContext | undefined
  let gain: GainNode | undefined
  let audio: AudioValue | undefined
  let seconds = 0
  let buffer: AudioBuffer | undefined
  let playing: AudioBufferSourceNode | undefined
  let startedAt = 0
  let startedWall = 0
  let moved = false
  let stalled = false
  let muted = false

  const open = () => {
    if (!context) {
      context = new AudioContext({ latencyHint: 'interactive' })
      gain = new GainNode(context, { gain: muted ? 0 : 1 })
      gain.connect(context.destination)
    }
    if (context.state === 'suspended') void context.resume()
    return context
  }

  const stop = () => {
    playing?.stop()
    playing?.disconnect()
    playing = undefined
  }

  return {
    load(next, length) {
      if (next === audio && length === seconds) return
      stop()
      audio = next
      seconds = length
      buffer = undefined
    },
    start({ fromSeconds, speed, loop }) {
      stop()
      if (!audio || seconds <= 0) return
      const opened = open()
      buffer ??= fitted(opened, audio, seconds)
      playing = new AudioBufferSourceNode(opened, { buffer, playbackRate: speed })
      if (loop) {
        playing.loop = true
        playing.loopStart = loop.fromSeconds
        playing.loopEnd = loop.toSeconds
      }
      playing.connect(gain!) // made by `open`
      startedAt = opened.currentTime
      startedWall = performance.now()
      moved = false
      stalled = false
      playing.start(0, fromSeconds)
    },
    stop,
    setMuted(next) {
      muted = next
      if (context && gain) gain.gain.setTargetAtTime(muted ? 0 : 1, context.currentTime, 0.01)
    },
    elapsedSeconds() {
      if (!context || !playing || stalled) return null
      const elapsed = context.currentTime - startedAt
      if (elapsed > 0) moved = true
      else if (!moved && performance.now() - startedWall > STALLED_MS) stalled = true
      return stalled ? null : Math.max(0, elapsed - (context.outputLatency || 0))
    },
  }
}

function fitted(context: AudioContext, { channels, sampleRate }: AudioValue, seconds: number): AudioBuffer {
  const length = Math.max(1, Math.round(seconds * sampleRate))
  const buffer = context.createBuffer(Math.max(1, channels.length), length, sampleRate)
  channels.forEach((samples, i) => {
    buffer.copyToChannel(new Float32Array(samples.subarray(0, length)), i)
  })
  return buffer
}
