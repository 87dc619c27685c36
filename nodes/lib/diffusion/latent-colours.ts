import { resizeArea } from '../../../models/pictures/opencv-resize'
import type { Picture } from '../../../models/pictures/picture'
import { solveLinear } from '../pose/solve-linear'

/** RGB of latents without a decoder: for each colour a weight of every latent channel, and a constant. */
export type LatentColours = readonly (readonly number[])[]

/** Keeps the weights of channels that say nothing from growing; of the latents' mean square. */
const RIDGE = 1e-3

/**
 * The colours that latents of a portrait have in it: least squares between its latents [channels, h, w] and the portrait
 * at their size. One linear map is a poor decoder, and a good sketch: colours and outlines are where they will be.
 */
export function fitColours(
  latents: Float32Array,
  portrait: Picture,
  width: number,
  height: number,
): LatentColours {
  const area = width * height
  const channels = latents.length / area
  const small = resizeArea(portrait, width, height)
  const terms = channels + 1
  const valueAt = (term: number, pixel: number) => (term < channels ? latents[term * area + pixel] : 1)
  const normal = Array.from({ length: terms }, () => new Array<number>(terms).fill(0))
  const right = [0, 1, 2].map(() => new Array<number>(terms).fill(0))
  for (let pixel = 0; pixel < area; pixel++) {
    for (let a = 0; a < terms; a++) {
      const value = valueAt(a, pixel)
      for (let b = 0; b < terms; b++) normal[a][b] += value * valueAt(b, pixel)
      for (let c = 0; c < 3; c++) right[c][a] += value * small.data[pixel * small.channels + c]
    }
  }
  for (let a = 0; a < channels; a++) normal[a][a] += RIDGE * area
  return right.map((side) => solveLinear(normal, side))
}

/** A picture of one frame's latents [channels, h, w]. */
export function colourPicture(
  latents: ArrayLike<number>,
  colours: LatentColours,
  width: number,
  height: number,
): { width: number; height: number; channels: 3; data: Uint8Array } {
  const area = width * height
  const data = new Uint8Array(area * 3)
  for (let pixel = 0; pixel < area; pixel++) {
    for (const [c, weights] of colours.entries()) {
      let value = weights[weights.length - 1]
      for (let i = 0; i < weights.length - 1; i++) value += weights[i] * latents[i * area + pixel]
      data[3 * pixel + c] = Math.max(0, Math.min(255, Math.round(value)))
    }
  }
  return { width, height, channels: 3, data }
}
