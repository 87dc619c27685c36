import { withUnitVariance } from '../../../models/audio/speech-input'
import { WAVLM_UNUSED, wavlmAliases, wavlmConfig, wavlmGraph } from '../../../models/networks/wavlm'
import type { NetworkContext } from '../../core/define-node'
import { networkHost } from '../networks/network-host'
import { BlendedRows, pieceStarts } from './blended-rows'
import { TRAINING_FRAMES } from './hearing-schema'
import { type HeardFrames, hear, SAMPLES_PER_FRAME, type SpokenRows } from './speech-network'

const PIECE_SAMPLES = TRAINING_FRAMES * SAMPLES_PER_FRAME
const EPS = 1e-5

export interface WavlmOptions {
  /** Pieces one after another, as in training, or overlapping and faded into each other. */
  joining: 'apart' | 'blended'
  /** Pieces heard, of how many. */
  onPiece(done: number, of: number): void
}

/**
 * WavLM's features of a sound of any length, heard in pieces of 3.2 s as in training (stage1.md §3): each levelled by
 * itself, one that is shorter with silence behind it.
 * @param samples mono, 16 kHz
 */
export async function wavlmFeatures(
  ctx: NetworkContext,
  samples: Float32Array,
  { frames, wanted }: HeardFrames,
  { joining, onPiece }: WavlmOptions,
): Promise<SpokenRows & { pieces: number }> {
  const network = await openWavlm(ctx)
  const overlap = joining === 'apart' ? 0 : 16
  const form = { length: TRAINING_FRAMES, overlap, fade: overlap }
  const whole = joining === 'apart' ? Math.ceil(frames / TRAINING_FRAMES) * TRAINING_FRAMES : frames
  const starts = pieceStarts(whole, form).filter((start) => start < wanted)
  let blended: BlendedRows | undefined
  for (const [i, start] of starts.entries()) {
    ctx.signal.throwIfAborted()
    const piece = new Float32Array(PIECE_SAMPLES)
    const from = start * SAMPLES_PER_FRAME
    piece.set(samples.subarray(from, from + PIECE_SAMPLES))
    const { rows, dims } = await hear(network, withUnitVariance(piece, EPS), TRAINING_FRAMES, ctx.signal)
    blended ??= new BlendedRows(frames, dims, form, wanted)
    blended.add(rows, start)
    onPiece(i + 1, starts.length)
  }
  return { rows: blended!.rows(), dims: blended!.dims, pieces: starts.length }
}

async function openWavlm(ctx: NetworkContext) {
  const host = await networkHost(ctx)
  return host.network(ctx, {
    role: 'wavlm',
    aliases: wavlmAliases,
    configOf: ({ cfg }) => (cfg === undefined ? undefined : wavlmConfig(cfg)),
    build(table, config) {
      const { graph } = wavlmGraph(table, config, { n: 1, samples: PIECE_SAMPLES, form: host.attention })
      table.assertAllUsed(WAVLM_UNUSED)
      return graph
    },
  })
}
