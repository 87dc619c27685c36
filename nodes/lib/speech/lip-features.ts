import { withUnitVariance } from '../../../models/audio/speech-input'
import {
  firstMoments,
  WAV2VEC2_UNUSED,
  wav2vec2Aliases,
  wav2vec2Graph,
} from '../../../models/networks/wav2vec2'
import type { NetworkContext } from '../../core/define-node'
import { networkHost } from '../networks/network-host'
import { BlendedRows, pieceStarts } from './blended-rows'
import { WHOLE_SECONDS } from './hearing-schema'
import { floats, type HeardFrames, hear, SAMPLES_PER_FRAME, type SpokenRows } from './speech-network'

/** The wave is filled with zeros to whole clips of so many frames, as in the reference (stage1.md §11.2). */
const CLIP_FRAMES = 80
const EPS = 1e-7

/** As much as is heard at once, in 1.5 GB at the published size. */
const WHOLE_FRAMES = WHOLE_SECONDS * 25

/** Of longer sounds each piece hears 67 frames (2.7 s) on both sides besides its own; its positions reach 64 far. */
const PIECES = { length: WHOLE_FRAMES, overlap: 150, fade: 16 }

/**
 * What all layers of wav2vec2 say of each video frame: of up to `WHOLE_SECONDS` at once and as the reference has it, of
 * longer sounds in pieces, so that memory besides the result does not grow. The level is that of the whole sound in both.
 * @param samples mono, 16 kHz
 */
export async function lipFeatures(
  ctx: NetworkContext,
  samples: Float32Array,
  { frames, wanted }: HeardFrames,
  onPiece: (done: number, of: number) => void,
): Promise<SpokenRows & { pieces: number }> {
  // The reference rounds some whole numbers of frames up (0.28 · 25 > 7 in float64), and then has a row too many.
  const filled = Math.ceil(frames / CLIP_FRAMES) * CLIP_FRAMES
  const wave = new Float32Array(samples.length + (filled - frames) * SAMPLES_PER_FRAME)
  wave.set(withUnitVariance(samples, EPS))
  const isWhole = frames <= WHOLE_FRAMES
  const { network, kernel, stride } = await openWav2vec2(ctx, !isWhole)
  const level = isWhole ? {} : levelOf(wave, kernel, stride)
  const starts = isWhole ? [0] : pieceStarts(filled, PIECES).filter((start) => start < wanted)
  let blended: BlendedRows | undefined
  for (const [i, start] of starts.entries()) {
    ctx.signal.throwIfAborted()
    const piece = isWhole ? wave : stretchOf(wave, start)
    const { rows, dims } = await hear(network, piece, isWhole ? filled : PIECES.length, ctx.signal, level)
    blended ??= new BlendedRows(frames, dims, PIECES, wanted)
    blended.add(rows, start)
    onPiece(i + 1, starts.length)
  }
  return { rows: blended!.rows(), dims: blended!.dims, pieces: starts.length }
}

function stretchOf(wave: Float32Array, start: number): Float32Array {
  const from = start * SAMPLES_PER_FRAME
  const piece = new Float32Array(PIECES.length * SAMPLES_PER_FRAME)
  piece.set(wave.subarray(from, from + piece.length))
  return piece
}

/** Of the whole sound, for the graph that hears pieces. */
function levelOf(wave: Float32Array, kernel: number, stride: number) {
  const { mean, products } = firstMoments(wave, kernel, stride)
  return { mean: floats(mean, [kernel]), products: floats(products, [kernel, kernel]) }
}

async function openWav2vec2(ctx: NetworkContext, piece: boolean) {
  const host = await networkHost(ctx)
  const first = { kernel: 0, stride: 0 }
  const network = await host.network(ctx, {
    role: 'wav2vec2',
    aliases: wav2vec2Aliases,
    build(table, config) {
      first.kernel = table.root.at('feature_extractor.conv_layers.0.conv').shapeOf('weight')[2]
      first.stride = config.strides[0]
      const { graph } = wav2vec2Graph(table, config, { n: 1, piece, form: host.attention })
      table.assertAllUsed(WAV2VEC2_UNUSED)
      return graph
    },
  })
  return { network, ...first }
}
