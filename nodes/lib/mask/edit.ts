import { StudioError } from '../../core/errors'
import { invertPlane } from './combine'
import { applyCoverage, type Coverage, polygonCoverage, strokeCoverage } from './coverage'
import { featherPlane } from './feather'
import { growPlane } from './grow'
import { MAX_REGIONS } from './limits'
import { createsRegion, isShape, type MaskLayer, type ShapeLayer } from './mask-layers'
import { AT_REST, type Placement, placementAt, placeOutline } from './shape-motion'

/** Memory for shapes that stay where they are, so that they are drawn once and not per frame. */
const KEPT_BYTES = 64 * 1024 * 1024

/** Draws layers of edits over the planes of a mask, frame by frame and without changing the input. */
export interface MaskEdit {
  /** The regions of the input, then those that layers create, in the order of creation. */
  regions: string[]
  /** Whether any layer touches this region in this frame; if not, the plane stays as it is. */
  touches(region: string, frame: number): boolean
  /**
   * @param plane `[height, width]` of the input, null for a region it does not have
   * @param check called every few milliseconds of work; throws to stop
   * @returns a new plane
   */
  render(region: string, frame: number, plane: Uint8Array | null, check?: () => void): Uint8Array
}

/**
 * @param layers  applied in order; disabled ones count for nothing
 * @param regions what the mask has
 * @throws StudioError `mask/no-region` for a layer that changes a region which is not there and which no layer before
 *   it creates (by adding a shape or by filling)
 */
export function maskEdit(
  layers: readonly MaskLayer[],
  regions: readonly string[],
  width: number,
  height: number,
): MaskEdit {
  const enabled = layers.filter((layer) => layer.enabled)
  const all = regionsAfter(enabled, regions)
  const kept = new Map<MaskLayer, Coverage | null>()
  let keptBytes = 0

  const coverageAt = (layer: ShapeLayer, frame: number, check: () => void): Coverage | null => {
    if (layer.keys.length > 0) {
      return drawShape(layer, placementAt(layer.keys, frame), width, height, check)
    }
    const known = kept.get(layer)
    if (known !== undefined) return known
    const coverage = drawShape(layer, AT_REST, width, height, check)
    const bytes = coverage?.data.length ?? 0
    if (keptBytes + bytes <= KEPT_BYTES) {
      kept.set(layer, coverage)
      keptBytes += bytes
    }
    return coverage
  }

  const layersOf = (region: string, frame: number) =>
    enabled.filter((layer) => layer.region === region && isInRange(layer, frame))

  return {
    regions: all,
    touches: (region, frame) => layersOf(region, frame).length > 0,
    render(region, frame, plane, check = () => {}) {
      let out: Uint8Array = plane ? plane.slice() : new Uint8Array(width * height)
      for (const layer of layersOf(region, frame)) {
        check()
        if (isShape(layer)) applyCoverage(out, width, coverageAt(layer, frame, check), PLANE_OPS[layer.op])
        else out = applyToPlane(layer, out, width, height)
      }
      return out
    },
  }
}

const PLANE_OPS = { add: 'union', erase: 'subtract', intersect: 'intersect' } as const

const isInRange = ({ from, to }: MaskLayer, frame: number) =>
  (from === null || frame >= from) && (to === null || frame <= to)

function regionsAfter(layers: readonly MaskLayer[], regions: readonly string[]): string[] {
  const all = [...regions]
  for (const layer of layers) {
    if (all.includes(layer.region)) continue
    if (!createsRegion(layer)) {
      const what = isShape(layer) ? `${layer.op} ${layer.kind}` : layer.kind
      throw new StudioError(
        'mask/no-region',
        `The layer "${layer.id}" (${what}) changes the region "${layer.region}", which the mask does not have.`,
        {
          hint: `The mask has ${all.join(', ') || 'no regions'}. Switch the layer off or choose another region.`,
        },
      )
    }
    all.push(layer.region)
  }
  if (all.length > MAX_REGIONS) {
    throw new StudioError('mask/too-many-regions', `The mask would have ${all.length} regions.`, {
      hint: `At most ${MAX_REGIONS} are possible; remove layers that create others.`,
    })
  }
  return all
}

function applyToPlane(
  layer: Exclude<MaskLayer, ShapeLayer>,
  plane: Uint8Array,
  width: number,
  height: number,
): Uint8Array {
  switch (layer.kind) {
    case 'grow':
      return growPlane(plane, width, height, layer.pixels)
    case 'feather':
      return featherPlane(plane, width, height, layer.pixels)
    case 'invert':
      return invertPlane(plane)
    case 'fill':
      return plane.fill(255)
    case 'clear':
      return plane.fill(0)
  }
}

function drawShape(
  layer: ShapeLayer,
  placement: Placement,
  width: number,
  height: number,
  check: () => void,
): Coverage | null {
  const outline = outlineOf(layer, placement.scale)
  const placed = placeOutline(outline, middleOf(outline), placement)
  if (layer.kind !== 'stroke') return polygonCoverage(placed, width, height)
  return strokeCoverage(placed, layer.radius * placement.scale, layer.hardness, width, height, check)
}

/** The outline (of a stroke: the path) where it was drawn, flat `[x, y, …]`; `scale` decides how fine a curve is. */
function outlineOf(layer: ShapeLayer, scale: number): ArrayLike<number> {
  if (layer.kind === 'stroke' || layer.kind === 'polygon') return layer.points.flat()
  const { x, y, w, h, rotation } = layer
  const middle: [number, number] = [x + w / 2, y + h / 2]
  const upright =
    layer.kind === 'rectangle' ? [x, y, x + w, y, x + w, y + h, x, y + h] : ellipse(layer, scale)
  return placeOutline(upright, middle, { ...AT_REST, rotation })
}

/** Corners so close that the polygon stays within 1/50 px of the ellipse, up to 1440. */
function ellipse({ x, y, w, h }: { x: number; y: number; w: number; h: number }, scale: number): number[] {
  const radius = (Math.max(w, h) / 2) * scale
  const steps = Math.min(1440, Math.max(16, Math.ceil(Math.PI / Math.acos(1 - 0.02 / Math.max(1, radius)))))
  return Array.from({ length: steps }, (_, i) => {
    const angle = (2 * Math.PI * i) / steps
    return [x + (w / 2) * (1 + Math.cos(angle)), y + (h / 2) * (1 + Math.sin(angle))]
  }).flat()
}

/** Middle of the bounding box. */
function middleOf(outline: ArrayLike<number>): [number, number] {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < outline.length; i++) {
    low[i % 2] = Math.min(low[i % 2], outline[i])
    high[i % 2] = Math.max(high[i % 2], outline[i])
  }
  return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]
}
