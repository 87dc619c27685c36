/** From stored bytes to pixels. Pure: runs in the decoding workers and in tests. */
import { integrateFrames } from '../../../nodes/core/stored-layout'

export interface FrameSize {
  width: number
  height: number
}

/** Colour 0…255 of one region of a mask; `outline` draws its border at full strength. */
export interface RegionColour {
  red: number
  green: number
  blue: number
}

/** How many source pixels make one shown pixel, so that a picture is not narrower than `wanted` px. At least 1. */
export const shrinkFor = (width: number, wanted: number): number =>
  Math.max(1, Math.floor(width / Math.max(1, wanted)))

/** Size after shrinking; partial blocks at the right and bottom are left out. */
export const shrunk = ({ width, height }: FrameSize, shrink: number): FrameSize => ({
  width: Math.max(1, Math.floor(width / shrink)),
  height: Math.max(1, Math.floor(height / shrink)),
})

/** Stored chunk of a video → frames `[n, height, width, 3]`, in place. */
export function decodeVideoChunk(stored: Uint8Array, { width, height }: FrameSize): Uint8Array {
  return integrateFrames(stored, width * height * 3)
}

/**
 * One picture as RGBA, shrunk by the mean over blocks of `shrink` × `shrink` pixels.
 *
 * @param data `[height, width, channels]`, from `offset`
 */
export function toRgba(
  data: Uint8Array,
  { width, height }: FrameSize,
  channels: 3 | 4,
  shrink = 1,
  offset = 0,
): Uint8ClampedArray<ArrayBuffer> {
  const size = shrunk({ width, height }, shrink)
  const out = new Uint8ClampedArray(size.width * size.height * 4)
  if (shrink === 1) {
    for (let at = offset, to = 0; to < out.length; at += channels, to += 4) {
      out[to] = data[at]
      out[to + 1] = data[at + 1]
      out[to + 2] = data[at + 2]
      out[to + 3] = channels === 4 ? data[at + 3] : 255
    }
    return out
  }
  const stride = width * channels
  const area = shrink * shrink
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, to += 4) {
      let r = 0
      let g = 0
      let b = 0
      let a = 0
      const corner = offset + y * shrink * stride + x * shrink * channels
      for (let j = 0; j < shrink; j++) {
        let at = corner + j * stride
        for (let i = 0; i < shrink; i++, at += channels) {
          r += data[at]
          g += data[at + 1]
          b += data[at + 2]
          if (channels === 4) a += data[at + 3]
        }
      }
      out[to] = r / area
      out[to + 1] = g / area
      out[to + 2] = b / area
      out[to + 3] = channels === 4 ? a / area : 255
    }
  }
  return out
}

/** Strength of the fill of a region over a picture; its outline is opaque. */
const FILL = 0.5

/**
 * Planes of one frame as one coloured picture to lay over the portrait: later planes over earlier ones, each filled
 * at half strength and outlined where it crosses 50 %.
 *
 * @param planes `[height, width]` each, 0…255
 */
export function maskOverlay(
  planes: readonly Uint8Array[],
  colours: readonly RegionColour[],
  { width, height }: FrameSize,
  shrink = 1,
): Uint8ClampedArray<ArrayBuffer> {
  const size = shrunk({ width, height }, shrink)
  const out = new Uint8ClampedArray(size.width * size.height * 4)
  planes.forEach((plane, p) => {
    const levels = shrinkPlane(plane, { width, height }, shrink)
    const { red, green, blue } = colours[p]
    for (let y = 0, i = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++, i++) {
        const level = levels[i]
        if (level === 0) continue
        const border = level > 127 && isBorder(levels, size, x, y, i)
        const alpha = border ? 0.95 : (FILL * level) / 255
        const to = 4 * i
        const below = (out[to + 3] / 255) * (1 - alpha)
        const sum = alpha + below
        out[to] = (red * alpha + out[to] * below) / sum
        out[to + 1] = (green * alpha + out[to + 1] * below) / sum
        out[to + 2] = (blue * alpha + out[to + 2] * below) / sum
        out[to + 3] = 255 * sum
      }
    }
  })
  return out
}

const isBorder = (levels: Uint8Array, { width, height }: FrameSize, x: number, y: number, i: number) =>
  (x > 0 && levels[i - 1] < 128) ||
  (x < width - 1 && levels[i + 1] < 128) ||
  (y > 0 && levels[i - width] < 128) ||
  (y < height - 1 && levels[i + width] < 128)

function shrinkPlane(plane: Uint8Array, { width, height }: FrameSize, shrink: number): Uint8Array {
  if (shrink === 1) return plane
  const size = shrunk({ width, height }, shrink)
  const out = new Uint8Array(size.width * size.height)
  const area = shrink * shrink
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, to++) {
      let sum = 0
      const corner = y * shrink * width + x * shrink
      for (let j = 0; j < shrink; j++) for (let i = 0; i < shrink; i++) sum += plane[corner + j * width + i]
      out[to] = sum / area
    }
  }
  return out
}

/** Share of the picture that each frame of a chunk covers, 0…1. `planes`: `[frames, height, width]`. */
export function coverage(planes: Uint8Array, { width, height }: FrameSize): number[] {
  const size = width * height
  // Of a large plane every n-th pixel of every n-th row says it to a thousandth.
  const step = Math.max(1, Math.floor(Math.min(width, height) / 128))
  return Array.from({ length: planes.length / size }, (_, f) => {
    let sum = 0
    let count = 0
    for (let y = 0; y < height; y += step) {
      const row = f * size + y * width
      for (let x = 0; x < width; x += step, count++) sum += planes[row + x]
    }
    return sum / (255 * count)
  })
}
