import type { RegionColour } from '../../_lib/values/decode'

export type MaskLook = 'overlay' | 'mask' | 'outline'

export interface PaintedPlane {
  plane: Uint8Array
  colour: RegionColour
  selected: boolean
}

/** Opacity of a region over the picture; the chosen one stands out. */
const SOLID = { selected: 0.62, others: 0.4 }

/**
 * Regions as a picture to lay over the portrait, first ones below.
 *
 * @param planes `[height, width]` each, 0…255
 * @returns RGBA, `[height, width, 4]`, not premultiplied
 */
export function paintMasks(
  planes: readonly PaintedPlane[],
  width: number,
  height: number,
  look: MaskLook,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(width * height * 4)
  if (look === 'mask') {
    const chosen = planes.find(({ selected }) => selected)
    for (let i = 0; i < width * height; i++) {
      const v = chosen ? chosen.plane[i] : 0
      out[4 * i] = out[4 * i + 1] = out[4 * i + 2] = v
      out[4 * i + 3] = 255
    }
    return out
  }
  for (const { plane, colour, selected } of planes) {
    if (look === 'overlay') tint(out, plane, colour, selected ? SOLID.selected : SOLID.others)
    if (selected || look === 'outline') {
      outline(out, plane, width, height, selected ? { red: 255, green: 255, blue: 255 } : colour)
    }
  }
  return out
}

function tint(out: Uint8ClampedArray, plane: Uint8Array, colour: RegionColour, opacity: number): void {
  for (let i = 0; i < plane.length; i++) {
    if (plane[i] === 0) continue
    blend(out, 4 * i, colour, (plane[i] / 255) * opacity)
  }
}

/** Source over destination. */
function blend(out: Uint8ClampedArray, at: number, { red, green, blue }: RegionColour, a: number): void {
  const below = out[at + 3] / 255
  const alpha = a + below * (1 - a)
  const k = a / alpha
  out[at] = red * k + out[at] * (1 - k)
  out[at + 1] = green * k + out[at + 1] * (1 - k)
  out[at + 2] = blue * k + out[at + 2] * (1 - k)
  out[at + 3] = 255 * alpha
}

/** Pixels inside that have a neighbour outside; half is the edge of a soft one. */
function outline(
  out: Uint8ClampedArray,
  plane: Uint8Array,
  width: number,
  height: number,
  colour: RegionColour,
): void {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && plane[y * width + x] >= 128
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue
      if (inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1)) continue
      blend(out, 4 * (y * width + x), colour, 0.95)
    }
  }
}

/** Longer side of a thumbnail, px. */
export const THUMBNAIL = 72

/** A plane in its colour on black, as it looks from far away. */
export function thumbnailOf(
  plane: Uint8Array,
  width: number,
  height: number,
  { red, green, blue }: RegionColour,
): { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> } {
  const scale = Math.max(width, height) / THUMBNAIL
  const w = Math.max(1, Math.round(width / scale))
  const h = Math.max(1, Math.round(height / scale))
  const data = new Uint8ClampedArray(w * h * 4)
  for (let y = 0; y < h; y++) {
    const row = Math.min(height - 1, Math.floor((y + 0.5) * scale)) * width
    for (let x = 0; x < w; x++) {
      const share = plane[row + Math.min(width - 1, Math.floor((x + 0.5) * scale))] / 255
      data.set([red * share, green * share, blue * share, 255], 4 * (y * w + x))
    }
  }
  return { width: w, height: h, data }
}

/** Share of the picture that a plane covers, 0…1. */
export function coverageOf(plane: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < plane.length; i++) sum += plane[i]
  return plane.length === 0 ? 0 : sum / (255 * plane.length)
}
