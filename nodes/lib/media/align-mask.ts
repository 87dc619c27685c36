import { chunkRange, type MaskValue } from '../../core/values'
import { resizePlane, shrinkPicture } from '../warp/planes'
import { frameReader, nearestFrame } from './frame-reader'

export interface MaskLayout {
  width: number
  height: number
  fps: number
  frames: number
}

/**
 * A mask at another size, rate and length: each frame is what is nearest in time; levels are averaged where it shrinks in
 * both directions and interpolated otherwise.
 */
export function alignMask(mask: MaskValue, to: MaskLayout): MaskValue {
  const resize = resizer(mask, to)
  const readers = new Map(
    mask.regions.map((region) => {
      const { frames, width, height } = mask
      return [region, frameReader(frames, width * height, (index) => mask.chunk(region, index))]
    }),
  )
  return {
    ...to,
    regions: mask.regions,
    async chunk(region, index) {
      const { start, end } = chunkRange(index, to.frames)
      const area = to.width * to.height
      const planes = new Uint8Array((end - start) * area)
      for (let frame = start; frame < end; frame++) {
        const plane = await readers.get(region)!(nearestFrame(frame, to.fps, mask))
        planes.set(resize(plane), (frame - start) * area)
      }
      return planes
    },
  }
}

function resizer(from: MaskLayout, to: MaskLayout): (plane: Uint8Array) => Uint8Array {
  if (from.width === to.width && from.height === to.height) return (plane) => plane
  if (from.width >= to.width && from.height >= to.height)
    return (plane) => shrinkPicture(plane, from.width, from.height, 1, to.width, to.height)
  return (plane) =>
    Uint8Array.from(resizePlane(plane, from.width, from.height, to.width, to.height), Math.round)
}
