import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { aboutFile } from '../core/errors'
import { socket } from '../core/sockets'

export const inputAudio = defineNode({
  id: 'input/audio',
  version: 1,
  title: 'Audio',
  summary: 'A recording from your files, at its own sample rate.',
  docs: [
    'Reads WAV, MP3, M4A, Ogg, FLAC and WebM, and the sound of a video, up to 30 minutes. PCM WAV files are read to the',
    'last bit. More than two channels are mixed to stereo; nothing else is changed.',
  ].join('\n'),

  inputs: {},
  outputs: { audio: socket('audio', 'Audio') },
  params: z.object({ asset: z.string().min(1).describe('The recording') }),
  ui: { widgets: { asset: { widget: 'asset', accepts: 'audio' } } },
  resource: 'io',
  eager: true,

  facts({ params, asset }) {
    const { durationSeconds, sampleRate } = asset(params.asset) ?? {}
    return { audio: { durationSeconds, sampleRate } }
  },

  async run(ctx, { params }) {
    const { name, path } = await ctx.asset(params.asset)
    const { decodeAudio } = await import('../lib/media/decode-audio')
    const decoding = decodeAudio(path, {
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(fraction),
    })
    const { audio, notes, backend } = await aboutFile(name, decoding)
    for (const note of notes) ctx.warn(note)
    ctx.progress(1, `Read by ${backend}`)
    const { previews } = await import('../lib/media/preview')
    const { waveform } = await import('../lib/dsp/waveform')
    await previews(ctx)(() => waveform(audio.channels[0], 384, 96))
    return { audio }
  },
})
