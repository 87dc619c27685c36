import { decodeFrames } from '../../../models/pipelines/mm-haa'
import type { Network } from '../../../models/runtime/network'
import type { CancelSignal } from '../../core/define-node'
import { chunkRange, type VideoValue } from '../../core/values'
import type { VideoSize } from './open-networks'

export interface DecodeOptions extends VideoSize {
  frames: number
  fps: number
  signal: CancelSignal
  onFrame(done: number): void
}

/** The video of latents: each chunk is decoded when it is asked for, one after another. */
export function decodedVideo(
  decoder: Network,
  latents: Float32Array,
  { frames, fps, width, height, signal, onFrame }: DecodeOptions,
): VideoValue {
  const size = latents.length / frames
  const area = width * height * 3
  let turn: Promise<unknown> = Promise.resolve()
  let done = 0

  const decode = async (index: number): Promise<Uint8Array> => {
    const { start, end } = chunkRange(index, frames)
    const pictures = new Uint8Array((end - start) * area)
    const some = latents.subarray(start * size, end * size)
    let at = 0
    for await (const { data } of decodeFrames(
      decoder,
      some,
      { frames: end - start, width, height },
      { signal },
    )) {
      pictures.set(data, at)
      at += area
      onFrame(++done)
    }
    return pictures
  }
  return {
    ...{ fps, width, height, frames },
    chunk(index) {
      const chunk = turn.then(() => decode(index))
      turn = chunk.catch(() => {})
      return chunk
    },
  }
}
