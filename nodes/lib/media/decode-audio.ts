import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import type { AudioValue } from '../../core/values'
import { type AudioPiece, type BackendName, CodecError, codecBackend } from './codec-backend'
import { readContainer } from './container'
import { fileBytes, readBytes } from './read-bytes'
import { sayDuration } from './say-duration'
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff'
import { mixToStereo } from './stereo-mix'
import { otherKind, unreadable } from './unreadable'
import { readWavHeader, wavPieces } from './wav-pieces'

/** Longest recording that is taken: 30 minutes of 48 kHz stereo are 691 MB of floats. */
export const MAX_AUDIO_SECONDS = 30 * 60

/** Rates that occur in practice lie well inside; anything else is a damaged header. */
const SAMPLE_RATES = { min: 1_000, max: 768_000 }

export interface DecodeAudioOptions {
  signal?: CancelSignal
  maxSeconds?: number
  /** Use only this codec library, see `codecBackend`. */
  backend?: string
  onProgress?(fraction: number): void
}

export interface DecodedAudio {
  audio: AudioValue
  /** What was done to the sound, or is odd about it; sentences for the user. */
  notes: string[]
  /** Who decoded it; `wav` is our own exact reader. */
  backend: BackendName | 'wav'
}

/**
 * Decodes a recording, or the first sound track of a video, at its own sample rate.
 *
 * Reads WAV, MP3, M4A/AAC, Ogg (Vorbis, Opus), FLAC, WebM and the tracks of MP4, MOV and Matroska videos. What the
 * file is decides its first bytes, not its name. More than two channels are mixed to stereo.
 *
 * @throws StudioError `audio/unreadable` (no recording, cut off, NaN), `audio/too-long`, `audio/empty`,
 *   `asset/missing`, `media/no-codec`
 */
export async function decodeAudio(file: string, options: DecodeAudioOptions = {}): Promise<DecodedAudio> {
  const size = await fileBytes(file)
  const sniffed = sniff(await readBytes(file, 0, SNIFF_BYTES))
  if (!sniffed.demuxer) throw otherKind('audio', sniffed)
  const maxSeconds = options.maxSeconds ?? MAX_AUDIO_SECONDS

  const wav = sniffed.format === 'wav' ? await readWavHeader(file, size) : null
  if (wav) {
    const declared = (wav.dataBytes * 8) / wav.bits / wav.channelCount / wav.sampleRate
    const collector = new AudioCollector(maxSeconds, declared, options)
    await collector.take(wavPieces(file, wav))
    return { ...collector.finish(), backend: 'wav' }
  }

  const declared = await declaredSeconds(file, sniffed)
  const collector = new AudioCollector(maxSeconds, declared, options)
  const backend = await codecBackend(options.backend)
  let damage: string | null = null
  try {
    const onDamage = (message: string) => void (damage ??= message)
    await collector.take(backend.decodeAudio({ file, demuxer: sniffed.demuxer, onDamage }))
  } catch (error) {
    if (error instanceof CodecError) throw unreadable('audio', sniffed, 'its sound cannot be decoded', error)
    throw error
  }
  collector.checkComplete(sniffed)
  const { audio, notes } = collector.finish()
  if (damage) notes.push(`The file is damaged in places, which were skipped (${damage}).`)
  return { audio, notes, backend: backend.name }
}

async function declaredSeconds(file: string, sniffed: Sniffed): Promise<number> {
  const { audio } = await readContainer(file, sniffed)
  if (!audio) throw unreadable('audio', sniffed, 'no sound track was found in it')
  return audio.durationSeconds
}

/** Gathers pieces into one recording, and watches over them on the way. */
class AudioCollector {
  private sampleRate = 0
  private channelCount = 0
  private readonly pieces: Float32Array[][] = []
  private frames = 0
  private overFullScale = 0
  private peak = 0

  constructor(
    private readonly maxSeconds: number,
    private readonly declaredSeconds: number,
    private readonly options: DecodeAudioOptions,
  ) {
    checkDuration(declaredSeconds, maxSeconds)
  }

  async take(pieces: AsyncIterable<AudioPiece>): Promise<void> {
    for await (const piece of pieces) {
      this.options.signal?.throwIfAborted()
      this.add(piece)
      if (this.declaredSeconds > 0) {
        this.options.onProgress?.(Math.min(1, this.frames / this.sampleRate / this.declaredSeconds))
      }
    }
  }

  private add({ sampleRate, channels }: AudioPiece): void {
    if (this.sampleRate === 0) {
      if (!(sampleRate >= SAMPLE_RATES.min && sampleRate <= SAMPLE_RATES.max)) {
        throw new StudioError('audio/unreadable', `The recording claims a sample rate of ${sampleRate} Hz.`, {
          hint: 'Export it again, at 48 kHz for example.',
        })
      }
      this.sampleRate = sampleRate
      this.channelCount = channels.length
    } else if (sampleRate !== this.sampleRate || channels.length !== this.channelCount) {
      throw new StudioError(
        'audio/unreadable',
        `The recording changes from ${this.channelCount} channels at ${this.sampleRate} Hz to ` +
          `${channels.length} at ${sampleRate} Hz after ${sayDuration(this.frames / this.sampleRate)}.`,
        { hint: 'Export it again in one piece.' },
      )
    }
    for (const [index, channel] of channels.entries()) this.inspect(channel, index)
    this.pieces.push(channels.length > 2 ? mixToStereo(channels) : channels)
    this.frames += channels[0].length
    if (this.frames > this.maxSeconds * this.sampleRate) {
      throw tooLong(`longer than ${sayDuration(this.maxSeconds)}`, this.maxSeconds)
    }
  }

  private inspect(samples: Float32Array, channel: number): void {
    for (let i = 0; i < samples.length; i++) {
      const level = Math.abs(samples[i])
      if (level <= this.peak && level <= 1) continue
      if (!Number.isFinite(level)) throw this.notANumber(samples[i], i, channel)
      if (level > this.peak) this.peak = level
      if (level > 1) this.overFullScale++
    }
  }

  private notANumber(value: number, index: number, channel: number): StudioError {
    const position = this.frames + index
    const seconds = (position / this.sampleRate).toFixed(3)
    const what = Number.isNaN(value) ? 'no number (NaN)' : 'infinite'
    return new StudioError(
      'audio/unreadable',
      `Sample ${position} of channel ${channel + 1} (at ${seconds} s) is ${what}.`,
      { hint: 'Export the recording again, as 16-bit PCM WAV for example.' },
    )
  }

  /** A container that knows how long it is shows when its end is missing. */
  checkComplete(sniffed: Sniffed): void {
    const decoded = this.sampleRate === 0 ? 0 : this.frames / this.sampleRate
    // Containers count priming and padding of the encoder, up to a few tenths of a second, which decoders drop.
    if (decoded > 0 && decoded < this.declaredSeconds - 0.5) {
      const [has, says] = [decoded, this.declaredSeconds].map(sayDuration)
      throw unreadable(
        'audio',
        sniffed,
        `it is cut off: it declares ${says} of sound and only ${has} can be read`,
      )
    }
  }

  finish(): { audio: AudioValue; notes: string[] } {
    if (this.frames === 0) {
      throw new StudioError('audio/empty', 'The recording has no sound in it: its length is 0 s.', {
        hint: 'Use another recording.',
      })
    }
    const channels = Array.from({ length: Math.min(2, this.channelCount) }, (_, channel) => {
      const samples = new Float32Array(this.frames)
      let at = 0
      for (const piece of this.pieces) {
        samples.set(piece[channel], at)
        at += piece[channel].length
      }
      return samples
    })
    return { audio: { sampleRate: this.sampleRate, channels }, notes: this.notes() }
  }

  private notes(): string[] {
    const notes: string[] = []
    if (this.channelCount > 2) notes.push(`${this.channelCount} channels were mixed to stereo.`)
    if (this.overFullScale > 0) {
      const peak = this.peak.toFixed(2)
      notes.push(
        `${this.overFullScale} samples are over full scale (peak ${peak}), so loud passages clip when played; ` +
          'they were left as they are.',
      )
    }
    if (this.peak === 0) notes.push('The recording is silent from start to end.')
    return notes
  }
}

/** For callers that know how long a recording is before they decode it. @throws StudioError `audio/too-long` */
export function checkDuration(seconds: number, maxSeconds = MAX_AUDIO_SECONDS): void {
  if (seconds > maxSeconds) throw tooLong(sayDuration(seconds), maxSeconds)
}

function tooLong(length: string, maxSeconds: number): StudioError {
  return new StudioError(
    'audio/too-long',
    `The recording is ${length}${length.startsWith('longer') ? '' : ' long'}; at most ${sayDuration(maxSeconds)} can be used.`,
    { hint: 'Cut out the part you need first.' },
  )
}
