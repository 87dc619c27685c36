import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { optional, socket } from '../core/sockets'

/** Of both results, whatever comes in. */
const SAMPLE_RATE = 44_100

export const audioSeparateVocals = defineNode({
  id: 'audio/separate-vocals',
  version: 1,
  title: 'Separate vocals',
  summary: 'Takes the voice out of music and noise, so that lips follow the voice only.',
  docs:
    'MDX-Net (Kim_Vocal_2) hears the sound in overlapping chunks of 6 seconds and gives the voice of each; what is left ' +
    'is the sound without it. Both come in stereo at 44.1 kHz, exactly as long as the sound. A sound that peaks above ' +
    '0.9 of full scale is brought down to 0.9 first, as the original does it. Mono is given to both sides.\n\n' +
    'When the network finds no voice at all, the vocals are the sound as it came, so that what follows has something ' +
    'to hear, and the node says so. Ten minutes take about 1 GB of memory while it runs.',

  inputs: { audio: socket('audio', 'Audio') },
  outputs: {
    vocals: socket('audio', 'Vocals'),
    rest: optional('audio', 'The rest', 'The sound without the voice'),
  },
  params: z.object({
    pack: z.string().min(1).max(63).default('mmgt-official').describe('Model pack with the network'),
  }),
  ui: { widgets: { pack: { widget: 'text', advanced: true } } },
  resource: 'model',
  weights: () => ['vocal-separator'],
  countingParams: () => ({}),
  facts({ inputs: { audio } }) {
    const { durationSeconds, sampleRate } = audio ?? {}
    if (durationSeconds === undefined || sampleRate === undefined) {
      return { vocals: { sampleRate: SAMPLE_RATE }, rest: { sampleRate: SAMPLE_RATE } }
    }
    const samples = Math.ceil((Math.round(durationSeconds * sampleRate) * SAMPLE_RATE) / sampleRate)
    const facts = { sampleRate: SAMPLE_RATE, durationSeconds: samples / SAMPLE_RATE }
    return { vocals: facts, rest: facts }
  },

  async run(ctx, { inputs: { audio } }) {
    const { separateVocals } = await import('../lib/speech/separate-vocals')
    const { vocals, rest, foundNothing } = await separateVocals(ctx, audio)
    if (foundNothing) ctx.warn('No voice was found; the vocals are the sound as it came.')
    const value = (channels: readonly Float32Array[]) => ({
      sampleRate: SAMPLE_RATE,
      channels: [...channels],
    })
    return { vocals: value(vocals), ...(ctx.wanted.has('rest') && { rest: value(rest()) }) }
  },
})
