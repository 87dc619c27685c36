import { StudioError } from '../../../nodes/core/errors'
import type { AudioValue } from '../../../nodes/core/values'

export interface Microphone {
  /** Loudness now, 0…1. */
  level(): number
  start(): void
  /** Ends the take. @returns what was said */
  stop(): Promise<AudioValue>
  /** Gives the device back. */
  close(): void
}

/**
 * Asks for the microphone. Echo and noise are left in: the model reads rhythm and loudness, and clean-up that a browser
 * does eats both.
 *
 * @throws StudioError that says why there is none and what helps
 */
export async function openMicrophone(): Promise<Microphone> {
  const stream = await askForStream()
  const context = new AudioContext()
  await context.resume()
  const analyser = new AnalyserNode(context, { fftSize: 1024 })
  context.createMediaStreamSource(stream).connect(analyser)
  const window = new Float32Array(analyser.fftSize)
  let recorder: MediaRecorder | undefined
  let parts: Blob[] = []
  return {
    level() {
      analyser.getFloatTimeDomainData(window)
      return window.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    },
    start() {
      parts = []
      recorder = new MediaRecorder(stream)
      recorder.ondataavailable = ({ data }) => data.size > 0 && parts.push(data)
      recorder.start()
    },
    async stop() {
      const active = recorder
      if (!active) throw new StudioError('audio/nothing-recorded', 'Nothing has been recorded yet.')
      const ended = new Promise((resolve) => active.addEventListener('stop', resolve, { once: true }))
      active.stop()
      await ended
      recorder = undefined
      const bytes = await new Blob(parts, { type: active.mimeType }).arrayBuffer()
      const decoded = await context.decodeAudioData(bytes)
      const channels = Array.from({ length: decoded.numberOfChannels }, (_, i) => decoded.getChannelData(i))
      return { sampleRate: decoded.sampleRate, channels }
    },
    close() {
      if (recorder && recorder.state !== 'inactive') recorder.stop()
      for (const track of stream.getTracks()) track.stop()
      void context.close()
    },
  }
}

async function askForStream(): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    throw new StudioError('audio/no-microphone', 'This address may not use a microphone.', {
      hint: 'Open the studio over https, or at 127.0.0.1 on the machine it runs on.',
    })
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    })
  } catch (error) {
    throw microphoneError(error)
  }
}

/** A browser's refusal as a sentence. */
export function microphoneError(error: unknown): StudioError {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') {
    return new StudioError('audio/microphone-refused', 'The microphone is not allowed for this page.', {
      hint: 'Allow it beside the address of the page, then try again.',
      cause: error,
    })
  }
  if (name === 'NotFoundError') {
    return new StudioError('audio/no-microphone', 'There is no microphone on this machine.', {
      hint: 'Connect one, or drop a recording on the canvas.',
      cause: error,
    })
  }
  if (name === 'NotReadableError') {
    return new StudioError('audio/microphone-busy', 'The microphone is in use by another program.', {
      hint: 'Close that program, then try again.',
      cause: error,
    })
  }
  return new StudioError('audio/no-microphone', `The microphone cannot be opened: ${String(error)}.`, {
    cause: error,
  })
}
