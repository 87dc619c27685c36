import { rint } from './opencv-resize'
import { blankPicture, type Picture } from './picture'

/** `[a, b, c, d, e, f]`: x' = a·x + b·y + c, y' = d·x + e·y + f. */
export type Affine = readonly [number, number, number, number, number, number]

type Point = readonly [number, number]

/** The affine map that takes three points to three others. */
export function affineFromPoints(from: readonly Point[], to: readonly Point[]): Affine {
  const [[x0, y0], [x1, y1], [x2, y2]] = from
  const determinant = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
  const row = (v0: number, v1: number, v2: number): [number, number, number] => {
    const a = ((v1 - v0) * (y2 - y0) - (v2 - v0) * (y1 - y0)) / determinant
    const b = ((x1 - x0) * (v2 - v0) - (x2 - x0) * (v1 - v0)) / determinant
    return [a, b, v0 - a * x0 - b * y0]
  }
  return [...row(to[0][0], to[1][0], to[2][0]), ...row(to[0][1], to[1][1], to[2][1])]
}

/**
 * The picture under an affine map from its pixels to those of the result, bilinear and black outside, bit for bit as
 * OpenCV's 8-bit `warpAffine` (stage1.md §8.3): positions in 1/32 pixel, weights in 1/32768.
 */
export function warpAffine(picture: Picture, map: Affine, width: number, height: number): Picture {
  const [a, b, c, d, e, f] = inverse(map)
  const { channels } = picture
  const out = blankPicture(width, height, channels)
  const across = (slope: number) => Int32Array.from({ length: width }, (_, x) => rint(slope * x * 1024))
  const [dx, dy] = [across(a), across(d)]
  for (let y = 0; y < height; y++) {
    const x0 = rint((b * y + c) * 1024) + 16
    const y0 = rint((e * y + f) * 1024) + 16
    for (let x = 0; x < width; x++) {
      blend(picture, (x0 + dx[x]) >> 5, (y0 + dy[x]) >> 5, out.data, (y * width + x) * channels)
    }
  }
  return out
}

function inverse([a, b, c, d, e, f]: Affine): Affine {
  const scale = 1 / (a * e - b * d)
  const [ia, ib, id, ie] = [e * scale, -b * scale, -d * scale, a * scale]
  return [ia, ib, -ia * c - ib * f, id, ie, -id * c - ie * f]
}

/** The four samples around a place given in 1/32 pixel. */
function blend(
  { data, width, height, channels }: Picture,
  x32: number,
  y32: number,
  out: Uint8Array,
  at: number,
) {
  const [x, y] = [x32 >> 5, y32 >> 5]
  if (x < -1 || y < -1 || x >= width || y >= height) return
  const [right, lower] = [x32 & 31, y32 & 31]
  const corners = [
    [x, y, (32 - right) * (32 - lower)],
    [x + 1, y, right * (32 - lower)],
    [x, y + 1, (32 - right) * lower],
    [x + 1, y + 1, right * lower],
  ]
  for (let c = 0; c < channels; c++) {
    let sum = 16384
    for (const [cx, cy, weight] of corners) {
      if (cx < 0 || cy < 0 || cx >= width || cy >= height) continue
      sum += 32 * weight * data[(cy * width + cx) * channels + c]
    }
    out[at + c] = sum >> 15
  }
}
