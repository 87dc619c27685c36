import { z } from 'zod'
import { defineNode, type NodeContext } from '../core/define-node'
import { optional, socket } from '../core/sockets'
import { type AudioValue, audioSeconds, framesFor, type SpeechValue } from '../core/values'
import { TRAINING_FRAMES, WHOLE_SECONDS } from '../lib/speech/hearing-schema'
import type { HeardFrames } from '../lib/speech/speech-network'

/** Rows per second of everything the encoder makes. */
const FPS = 25

const params = z.object({
  motionKind: z
    .enum(['baseline', 'wavlm'])
    .default('baseline')
    .describe('Features for gestures: computed from the signal, or by a network in front of them'),
  range: z
    .enum(['clip', 'pieces'])
    .default('clip')
    .describe(
      'Clip: loudness, tuning and beat are judged by the whole clip, and what WavLM hears flows from piece to piece; ' +
        'pieces: each 3.2 s by itself as in training',
    ),
  frames: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Only so many rows, the same that the whole sound would give; none: all'),
  pack: z.string().min(1).max(63).default('mmgt-official').describe('Model pack with the networks'),
})

type Params = z.infer<typeof params>
type Part = 'baseline' | 'wavlm' | 'lips'
type Report = (part: Part, fraction: number, text?: string) => void

export const audioEncoder = defineNode({
  id: 'audio/encoder',
  version: 2,
  title: 'Audio encoder',
  summary: 'Describes the sound of every video frame in numbers that gestures and lips follow.',
  docs:
    'There are 25 rows a second, and equally many in both outputs; a video frame that the sound reaches only in part ' +
    'counts whole. Stereo is mixed to mono. Only outputs that are connected are computed.\n\n' +
    '*Motion* feeds gesture networks. Kind *baseline* is computed from the signal alone, without a model pack: onset ' +
    'strength, 20 cepstral coefficients, 12 pitch classes, and marks for onsets and beats, 35 values a frame. Kind ' +
    '*wavlm* puts what the WavLM-Large network says in front of them, 1024 values; SMGA as published reads these. ' +
    'WavLM hears 3.2 s at a time, as in training, each levelled by itself, and a shorter sound with silence behind ' +
    'it. With range *clip* such pieces share 0.64 s and fade into each other, with *pieces* they follow one another; ' +
    'up to 3.2 s both are the same.\n\n' +
    '*Lips* feeds the diffusion renderer: every frame as all layers of wav2vec 2.0 hear it (12 · 768 values, 55 MB a ' +
    `minute). Up to ${WHOLE_SECONDS} s are heard at once, as the original does, filled up with zeros to a multiple of 3.2 s. Longer ` +
    `sounds are heard in pieces of ${WHOLE_SECONDS} s, each with 2.7 s of its surroundings on both sides, and fade into each other; ` +
    'the level is that of the whole sound. What pieces say differs a little from what the whole would, and the node says ' +
    'so; memory besides the result then stops growing.\n\n' +
    'When only some *frames* are wanted, loudness, tuning, beat and level are still those of the whole sound, and pieces ' +
    'behind the last of these frames are not heard.\n\n' +
    'Networks need at least 0.2 s.',

  inputs: { audio: socket('audio', 'Audio') },
  outputs: {
    motion: socket('speech', 'Motion features', 'What gesture networks read'),
    lips: optional('speech', 'Lip features', 'What the diffusion renderer reads'),
  },
  params,
  ui: {
    widgets: {
      motionKind: { widget: 'select', label: 'Motion features' },
      range: { widget: 'select', label: 'Judged by', advanced: true },
      frames: { widget: 'number', unit: 'frames', label: 'At most', advanced: true },
      pack: { widget: 'text', advanced: true },
    },
  },
  resource: 'model',
  facts({ params, inputs: { audio } }) {
    const frames =
      audio?.durationSeconds === undefined ? undefined : wantedOf(audio.durationSeconds, params).wanted
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
  // Weights count by themselves, whatever pack they come from.
  countingParams: ({ pack: _, frames, ...rest }) => (frames === null ? rest : { ...rest, frames }),

  async run(ctx, { inputs: { audio }, params }) {
    const motion = ctx.wanted.has('motion')
    const wavlm = motion && params.motionKind === 'wavlm'
    const lips = ctx.wanted.has('lips')
    const report = reporter(ctx, { baseline: motion ? 1 : 0, wavlm: wavlm ? 8 : 0, lips: lips ? 4 : 0 })
    const heard = wantedOf(audioSeconds(audio), params)
    const speech = wavlm || lips ? await speechOf(ctx, audio) : undefined
    const baseline = motion ? await baselineOf(ctx, audio, params, report) : undefined
    return {
      ...(baseline && {
        motion: wavlm ? await withWavlm(ctx, baseline, speech!, heard, params, report) : baseline,
      }),
      ...(lips && { lips: await lipsOf(ctx, speech!, heard, report) }),
    }
  },
})

function wantedOf(seconds: number, { frames: most }: Pick<Params, 'frames'>): HeardFrames {
  const frames = framesFor(seconds, FPS)
  return { frames, wanted: Math.min(frames, most ?? frames) }
}

/** Progress over parts of the work that take about so much time in relation to each other. */
function reporter(ctx: NodeContext, times: Record<Part, number>): Report {
  const parts = Object.keys(times) as Part[]
  const total = parts.reduce((sum, part) => sum + times[part], 0)
  return (part, fraction, text) => {
    const before = parts.slice(0, parts.indexOf(part)).reduce((sum, each) => sum + times[each], 0)
    ctx.progress((before + fraction * times[part]) / total, text)
  }
}

async function speechOf(ctx: NodeContext, audio: AudioValue): Promise<Float32Array> {
  const { toMono } = await import('../lib/dsp/to-mono')
  const { speechSound } = await import('../lib/speech/speech-sound')
  return speechSound(ctx, toMono(audio), audio.sampleRate)
}

async function baselineOf(
  ctx: NodeContext,
  audio: AudioValue,
  { range, frames: most }: Params,
  report: Report,
): Promise<SpeechValue> {
  const { BASELINE_DIMS, baselineFeaturesAsync } = await import('../lib/dsp/baseline-features')
  const { toMono } = await import('../lib/dsp/to-mono')
  const { fps, frames, data } = await baselineFeaturesAsync(toMono(audio), audio.sampleRate, {
    pieceFrames: range === 'pieces' ? TRAINING_FRAMES : undefined,
    signal: ctx.signal,
    onProgress: (fraction) => report('baseline', fraction),
  })
  const wanted = Math.min(frames, most ?? frames)
  return {
    ...{ kind: 'baseline', fps, frames: wanted, dims: BASELINE_DIMS },
    data: data.slice(0, wanted * BASELINE_DIMS),
  }
}

/** WavLM's values of every frame, and the baseline features behind them. */
async function withWavlm(
  ctx: NodeContext,
  { frames, dims: own, data: baseline }: SpeechValue,
  speech: Float32Array,
  heard: HeardFrames,
  { range }: Params,
  report: Report,
): Promise<SpeechValue> {
  const { wavlmFeatures } = await import('../lib/speech/wavlm-features')
  const { rows, dims, pieces } = await wavlmFeatures(ctx, speech, heard, {
    joining: range === 'pieces' ? 'apart' : 'blended',
    onPiece: (done, of) => report('wavlm', done / of, `WavLM: ${done} of ${of} pieces`),
  })
  if (heard.frames < TRAINING_FRAMES)
    ctx.warn('The sound is shorter than 3.2 s; WavLM heard it with silence behind it.')
  if (pieces > 1) {
    const how = range === 'pieces' ? 'one after another' : 'each fading into the next over 0.64 s'
    ctx.warn(`WavLM heard the sound in ${pieces} pieces of 3.2 s, ${how}.`)
  }
  const data = new Float32Array(frames * (dims + own))
  for (let f = 0; f < frames; f++) {
    data.set(rows.subarray(f * dims, (f + 1) * dims), f * (dims + own))
    data.set(baseline.subarray(f * own, (f + 1) * own), f * (dims + own) + dims)
  }
  return { kind: 'wavlm', fps: FPS, frames, dims: dims + own, data }
}

async function lipsOf(
  ctx: NodeContext,
  speech: Float32Array,
  heard: HeardFrames,
  report: Report,
): Promise<SpeechValue> {
  const { lipFeatures } = await import('../lib/speech/lip-features')
  const { rows, dims, pieces } = await lipFeatures(ctx, speech, heard, (done, of) =>
    report('lips', done / of, `wav2vec 2.0: ${done} of ${of} pieces`),
  )
  if (heard.frames > FPS * WHOLE_SECONDS)
    ctx.warn(
      `wav2vec 2.0 heard the sound in ${pieces === 1 ? 'a piece' : `${pieces} pieces`} of ${WHOLE_SECONDS} s, each with its surroundings; what it says differs a little from hearing all at once.`,
    )
  return { kind: 'wav2vec2', fps: FPS, frames: heard.wanted, dims, data: rows }
}
