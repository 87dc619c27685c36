import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import { framesFor } from '../core/values'

/** Rows per second of everything the encoder makes. */
const FPS = 25

/** Frames of the 3.2 s pieces that MMGT's networks were trained on. */
const TRAINING_PIECE_FRAMES = 80

export const audioEncoder = defineNode({
  id: 'audio/encoder',
  version: 1,
  title: 'Audio encoder',
  summary: 'Describes the sound of every video frame in numbers that gestures and lips follow.',
  docs:
    'The motion output feeds gesture networks. *baseline* is computed from the signal alone, without a model pack: ' +
    'onset strength, 20 cepstral coefficients, 12 pitch classes, and marks for onsets and beats, 35 values a frame. ' +
    '*wavlm* puts 1024 values of the WavLM-Large network before them. The lips output (wav2vec2, all 12 layers) ' +
    'feeds the diffusion renderer. Both networks come with the pack `mmgt-official`. Stereo is mixed to mono. There ' +
    'are 25 rows a second; a video frame that the sound reaches only in part counts whole.',

  inputs: { audio: socket('audio', 'Audio') },
  outputs: {
    motion: socket('speech', 'Motion features', 'What gesture networks read'),
    lips: optional('speech', 'Lip features', 'What the diffusion renderer reads'),
  },
  params: z.object({
    motionKind: z
      .enum(['baseline', 'wavlm'])
      .default('baseline')
      .describe('Features for gestures: computed from the signal, or by a network in front of them'),
    range: z
      .enum(['clip', 'pieces'])
      .default('clip')
      .describe(
        'What loudness, tuning and beat are judged by: the whole clip, or each 3.2 s piece as in training',
      ),
  }),
  ui: {
    widgets: {
      motionKind: { widget: 'select', label: 'Motion features' },
      range: { widget: 'select', label: 'Judged by', advanced: true },
    },
  },
  facts({ params, inputs: { audio } }) {
    const frames = audio?.durationSeconds === undefined ? undefined : framesFor(audio.durationSeconds, FPS)
    return {
      motion: { frames, fps: FPS, kind: params.motionKind },
      lips: { frames, fps: FPS, kind: 'wav2vec2' },
    }
  },
  weights({ params, wanted }) {
    const forMotion = wanted.has('motion') && params.motionKind === 'wavlm'
    return [
      ...(forMotion ? (['wavlm'] as const) : []),
      ...(wanted.has('lips') ? (['wav2vec2'] as const) : []),
    ]
  },

  async run(ctx, { inputs: { audio }, params }) {
    if (ctx.wanted.has('lips')) {
      throw missingPack('Lip features (wav2vec2)', 'Leave the lips output unconnected')
    }
    if (!ctx.wanted.has('motion')) return {}
    if (params.motionKind === 'wavlm') {
      throw missingPack('Motion features of kind wavlm', 'Set the motion features to baseline')
    }
    const { BASELINE_DIMS, baselineFeaturesAsync } = await import('../lib/dsp/baseline-features')
    const { toMono } = await import('../lib/dsp/to-mono')
    const { fps, frames, data } = await baselineFeaturesAsync(toMono(audio), audio.sampleRate, {
      pieceFrames: params.range === 'pieces' ? TRAINING_PIECE_FRAMES : undefined,
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(fraction),
    })
    return { motion: { kind: 'baseline', fps, frames, dims: BASELINE_DIMS, data } }
  },
})

function missingPack(what: string, way: string): StudioError {
  return new StudioError(
    'pack/missing',
    `${what} need the model pack mmgt-official, and this version cannot run it yet.`,
    {
      hint: `mmgt models pull mmgt-official gets it. ${way}: motion features of kind baseline need no pack.`,
    },
  )
}
