import { z } from 'zod'
import { defineNode, type NodeContext } from '../core/define-node'
import { StudioError } from '../core/errors'
import { type Facts, socket } from '../core/sockets'
import { audioSeconds } from '../core/values'

const LOWEST_RATE = 8000
const HIGHEST_RATE = 48_000

const params = z.object({
  start: z.number().min(0).default(0).describe('Where the cut begins, in seconds'),
  end: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Where it ends, in seconds; empty or 0: at the end'),
  gainDb: z.number().min(-60).max(24).default(0).describe('Louder or quieter, in decibels'),
  sampleRate: z
    .int()
    .min(0)
    .max(HIGHEST_RATE)
    .default(0)
    .describe(`Samples per second of the result, ${LOWEST_RATE} to ${HIGHEST_RATE}; 0 keeps the rate`),
})

type Params = z.infer<typeof params>

export const audioTrim = defineNode({
  id: 'audio/trim',
  version: 1,
  title: 'Trim audio',
  summary: 'Cuts a stretch out of a track, and changes its level or sample rate.',
  docs:
    'Cuts at the nearest sample, without a fade. Samples pushed beyond full scale are kept as they are and reported: ' +
    'they are only clipped when the sound is written to a file. Resampling is linear phase and keeps everything up ' +
    'to 91 % of the lower of the two band limits.',

  inputs: { audio: socket('audio', 'Audio') },
  outputs: { audio: socket('audio', 'Audio') },
  params,
  ui: {
    widgets: {
      start: { widget: 'number', unit: 's', step: 0.1 },
      end: { widget: 'number', unit: 's', step: 0.1 },
      gainDb: { widget: 'slider', unit: 'dB', step: 0.5, label: 'Gain' },
      sampleRate: { widget: 'number', unit: 'Hz', step: 100, advanced: true },
    },
  },
  facts: ({ params, inputs: { audio } }) => ({ audio: trimmedFacts(params, audio) }),
  validate({ start, end, sampleRate }) {
    if (end && end <= start) {
      return `The end (${end} s) must come after the start (${start} s); leave it empty to keep everything to the end.`
    }
    if (sampleRate > 0 && sampleRate < LOWEST_RATE) {
      return `A sample rate of ${sampleRate} Hz is too low; use ${LOWEST_RATE} to ${HIGHEST_RATE}, or 0 to keep the rate.`
    }
    return null
  },

  async run(ctx, { inputs: { audio }, params }) {
    const { checkFinite } = await import('../lib/dsp/check-samples')
    const { resampleAsync } = await import('../lib/dsp/resample')
    const { from, to } = cut(params, audioSeconds(audio), audio.sampleRate)
    if (params.end && params.end > audioSeconds(audio)) {
      ctx.warn(
        `The end at ${params.end} s lies beyond the audio, which is ${seconds(audioSeconds(audio))} long; ` +
          'it was cut there.',
      )
    }
    const gain = 10 ** (params.gainDb / 20)
    const sampleRate = params.sampleRate || audio.sampleRate
    const channels: Float32Array[] = []
    for (const [index, channel] of audio.channels.entries()) {
      const stretch = channel.slice(from, to)
      checkFinite(stretch, audio.sampleRate)
      for (let i = 0; i < stretch.length; i++) stretch[i] *= gain
      channels.push(
        await resampleAsync(stretch, audio.sampleRate, sampleRate, {
          signal: ctx.signal,
          onProgress: (fraction) => ctx.progress((index + fraction) / audio.channels.length),
        }),
      )
    }
    warnOfClipping(ctx, channels, params.gainDb)
    return { audio: { sampleRate, channels } }
  },
})

/**
 * The cut in whole samples.
 * @throws StudioError `audio/trim-range` when nothing is left
 */
function cut({ start, end }: Params, duration: number, sampleRate: number): { from: number; to: number } {
  if (start >= duration) {
    throw new StudioError(
      'audio/trim-range',
      `The cut starts at ${start} s, but the audio is only ${seconds(duration)} long.`,
      { hint: 'Choose an earlier start.' },
    )
  }
  const from = Math.round(start * sampleRate)
  const to = Math.round(Math.min(end || duration, duration) * sampleRate)
  if (to > from) return { from, to }
  throw new StudioError(
    'audio/trim-range',
    `The cut from ${start} s to ${end || duration} s holds no sample at ${sampleRate} Hz.`,
    { hint: 'Choose a later end.' },
  )
}

/** What can be said of the result before it exists; nothing about its length when the cut will fail. */
function trimmedFacts(params: Params, audio: Facts | undefined): Facts {
  const sampleRate = params.sampleRate || audio?.sampleRate
  const duration = audio?.durationSeconds
  const rate = audio?.sampleRate
  if (duration === undefined || rate === undefined || sampleRate === undefined) return { sampleRate }
  if (params.start >= duration) return { sampleRate }
  const from = Math.round(params.start * rate)
  const to = Math.round(Math.min(params.end || duration, duration) * rate)
  if (to <= from) return { sampleRate }
  return { sampleRate, durationSeconds: Math.ceil(((to - from) * sampleRate) / rate) / sampleRate }
}

function warnOfClipping(ctx: NodeContext, channels: Float32Array[], gainDb: number): void {
  let count = 0
  let peak = 0
  for (const channel of channels) {
    for (const x of channel) {
      if (x > 1 || x < -1) count++
      peak = Math.max(peak, Math.abs(x))
    }
  }
  if (count === 0) return
  const over = 20 * Math.log10(peak)
  ctx.warn(
    `${count} samples exceed full scale, the loudest by ${over.toFixed(1)} dB after a gain of ${gainDb} dB; ` +
      `they will be clipped in files. Use a gain of ${Math.floor((gainDb - over) * 10) / 10} dB or less.`,
  )
}

const seconds = (duration: number): string => `${Number(duration.toFixed(3))} s`
