import { SMGA_UNUSED, smgaGraph, timeWave } from '../../../models/networks/smga'
import type { NetworkTensor } from '../../../models/runtime/network'
import type { NetworkContext } from '../../core/define-node'
import type { Device } from '../../core/devices'
import { StudioError } from '../../core/errors'
import type { SpeechValue } from '../../core/values'
import { networkHost } from '../networks/network-host'
import type { GestureNetwork } from './generate-motion'

const floats = (data: Float32Array, shape: number[]): NetworkTensor => ({ dtype: 'float32', data, shape })

/**
 * SMGA from the pack of a node, for one kind of speech features.
 * @param guidance 1: only what it says with the speech is asked for
 * @throws StudioError `speech/kind` when it reads other features
 */
export async function openSmga(
  ctx: NetworkContext,
  speech: Pick<SpeechValue, 'kind' | 'dims'>,
  guidance: number,
): Promise<GestureNetwork & { device: Device }> {
  const host = await networkHost(ctx)
  const sizes = { frames: 0, values: 0, width: 0, features: 0 }
  const rows = guidance === 1 ? 'conditional' : 'guided'
  const network = await host.network(ctx, {
    role: 'smga',
    build(table, config) {
      const { root } = table
      const [, frames, width] = root.shapeOf('null_cond_embed')
      const [values] = root.shapeOf('final_layer.weight')
      const [, features] = root.shapeOf('cond_projection.weight')
      Object.assign(sizes, { frames, values, width, features })
      const { graph } = smgaGraph(table, config, rows, { n: 1, form: host.attention })
      if (rows === 'guided') table.assertAllUsed(SMGA_UNUSED)
      return graph
    },
  })
  const { frames, values, width, features } = sizes
  if (speech.dims !== features) throw otherFeatures(speech, features)
  return {
    device: host.device,
    frames,
    values,
    features,
    async predict(x, t, start, audio) {
      const inputs = {
        x: floats(x, [1, frames, values]),
        start: floats(start, [1, values]),
        time: floats(timeWave([t], width), [1, width]),
        audio: floats(audio, [1, frames, features]),
      }
      const guided = { ...inputs, guidance: floats(Float32Array.of(guidance), []) }
      const { motion } = await network.run(rows === 'guided' ? guided : inputs, { signal: ctx.signal })
      return motion.data as Float32Array
    },
  }
}

function otherFeatures({ kind, dims }: Pick<SpeechValue, 'kind' | 'dims'>, features: number): StudioError {
  return new StudioError(
    'speech/kind',
    `The gesture network reads ${features} values a frame; the speech is of kind ${kind} with ${dims}.`,
    {
      hint:
        features > 35
          ? 'Set the motion features of the audio encoder to wavlm.'
          : 'Set the motion features of the audio encoder to baseline.',
    },
  )
}
