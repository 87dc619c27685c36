import { type SeparatedVoice, separateVoice } from '../../../models/networks/mdx-net'
import type { Stereo } from '../../../models/networks/mdx-spectrum'
import type { NetworkContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import type { AudioValue } from '../../core/values'
import { resampleAsync } from '../dsp/resample'
import { networkHost } from '../networks/network-host'
import { publishedRole } from '../networks/published-role'

/** What the separator hears and gives, Hz. */
const SEPARATOR_RATE = 44_100

/** The voice in a sound, and what is left, both stereo at 44.1 kHz (stage1.md §11.1). */
export async function separateVocals(ctx: NetworkContext, audio: AudioValue): Promise<SeparatedVoice> {
  const mix = await stereo(ctx, audio)
  const host = await networkHost(ctx)
  const network = await publishedRole(host, ctx, 'vocal-separator')
  return separateVoice(network, mix, {
    settings: host.config(ctx, 'vocal-separator'),
    signal: ctx.signal,
    onChunk: (done, of) => ctx.progress(done / of, `Chunk ${done} of ${of}`),
  })
}

/** Mono is given on both sides. */
async function stereo({ signal }: NetworkContext, { channels, sampleRate }: AudioValue): Promise<Stereo> {
  const [left, right = left] = channels
  if (!left || left.length === 0) throw new StudioError('audio/empty', 'The audio has no samples.')
  const at = (samples: Float32Array) => resampleAsync(samples, sampleRate, SEPARATOR_RATE, { signal })
  const first = await at(left)
  return [first, right === left ? first : await at(right)]
}
