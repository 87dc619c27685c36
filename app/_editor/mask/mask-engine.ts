import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'

export interface MaskPaint {
  region: string
  colour: { red: number; green: number; blue: number }
  /** Plane of the input, null where it has none. */
  plane: Uint8Array | null
  selected: boolean
  shown: boolean
}

export type MaskLook = 'overlay' | 'mask' | 'outline'

/** Draws frames of an edited mask with the code of the node, and lays them over a picture in their colours. */
export class MaskEngine {
  private edit: import('../../../nodes/lib/mask/edit').MaskEdit | undefined

  async setLayers(
    layers: readonly MaskLayer[],
    regions: readonly string[],
    width: number,
    height: number,
  ): Promise<string[]> {
    const { maskEdit } = await import('../../../nodes/lib/mask/edit')
    this.edit = maskEdit(layers, regions, width, height)
    return this.edit.regions
  }

  /** The plane as the node gives it. */
  render(region: string, frame: number, plane: Uint8Array | null, size: number): Uint8Array {
    const { edit } = this
    if (!edit?.regions.includes(region) || !edit.touches(region, frame)) return plane ?? new Uint8Array(size)
    return edit.render(region, frame, plane)
  }
}

/** Share of a plane that is inside, 0…1. */
export function areaOf(plane: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < plane.length; i++) sum += plane[i]
  return sum / (255 * plane.length)
}

const ALPHA = { selected: 0.62, other: 0.34 }

/** Lays planes over each other in their colours; the selected one has a white outline. RGBA, not premultiplied. */
export function paintPlanes(
  out: Uint8ClampedArray,
  width: number,
  planes: readonly (Omit<MaskPaint, 'plane'> & { plane: Uint8Array })[],
  look: MaskLook,
): void {
  out.fill(0)
  for (const { plane, colour, selected, shown } of planes) {
    if (!shown) continue
    if (look !== 'outline') {
      const strength = look === 'mask' ? 1 : selected ? ALPHA.selected : ALPHA.other
      for (let i = 0, o = 0; i < plane.length; i++, o += 4) {
        if (plane[i] === 0) continue
        const a = (plane[i] / 255) * strength
        const b = out[o + 3] / 255
        const total = a + b * (1 - a)
        out[o] = (colour.red * a + out[o] * b * (1 - a)) / total
        out[o + 1] = (colour.green * a + out[o + 1] * b * (1 - a)) / total
        out[o + 2] = (colour.blue * a + out[o + 2] * b * (1 - a)) / total
        out[o + 3] = 255 * total
      }
    }
    if (selected || look === 'outline')
      outline(out, width, plane, selected ? { red: 255, green: 255, blue: 255 } : colour)
  }
}

function outline(
  out: Uint8ClampedArray,
  width: number,
  plane: Uint8Array,
  { red, green, blue }: MaskPaint['colour'],
): void {
  for (let i = 0; i < plane.length; i++) {
    if (plane[i] < 128) continue
    const x = i % width
    const edge =
      (x > 0 && plane[i - 1] < 128) ||
      (x < width - 1 && plane[i + 1] < 128) ||
      (i >= width && plane[i - width] < 128) ||
      (i + width < plane.length && plane[i + width] < 128)
    if (edge) out.set([red, green, blue, 255], 4 * i)
  }
}
