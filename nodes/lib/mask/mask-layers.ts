import { z } from 'zod'
import { StudioError } from '../../core/errors'
import { MAX_FEATHER, MAX_GROW } from './limits'
import { regionName } from './region-schema'

/**
 * Edits of a mask as data, in the order in which they are applied: shapes that add to a region, erase from it or
 * bound it, and operations on a whole region. All coordinates are pixels of the mask's canvas, x to the right, y
 * down, pixel (i, j) being the square from (i, j) to (i + 1, j + 1). The limits keep hostile documents cheap.
 */
export const MAX_LAYERS = 500
export const MAX_POINTS = 2000
export const MAX_KEYS = 2000
/** Points and keys of all layers together. */
export const MAX_TOTAL = 50_000

const coordinate = z.number().min(-32_768).max(32_768)
const frame = z.int().min(0).max(1_000_000)
const points = (least: number) =>
  z
    .array(z.tuple([coordinate, coordinate]))
    .min(least)
    .max(MAX_POINTS)

/**
 * Where a shape is at a frame, relative to where it was drawn: moved by (dx, dy) px, scaled and turned (degrees,
 * clockwise) about its own centre. Between keys the values are interpolated as the earlier key says; before the first
 * and after the last key they stay.
 */
export const shapeKey = z.strictObject({
  frame,
  dx: coordinate.default(0),
  dy: coordinate.default(0),
  scale: z.number().min(0.01).max(100).default(1),
  rotation: z.number().min(-3600).max(3600).default(0),
  easing: z.enum(['linear', 'ease', 'hold']).default('linear'),
})
export type ShapeKey = z.infer<typeof shapeKey>

const base = {
  id: z.string().min(1).max(64),
  region: regionName,
  /** First and last frame, both included; null for the first and last of the mask. */
  from: frame.nullable().default(null),
  to: frame.nullable().default(null),
  enabled: z.boolean().default(true),
}

const shape = {
  ...base,
  /** Add to the region, erase from it, or keep only what lies in the shape. */
  op: z.enum(['add', 'erase', 'intersect']).default('add'),
  keys: z.array(shapeKey).max(MAX_KEYS).default([]),
}

/** Upper left corner and size before turning; `rotation` in degrees, clockwise, about the middle. */
const box = {
  x: coordinate,
  y: coordinate,
  w: z.number().min(0).max(65_536),
  h: z.number().min(0).max(65_536),
  rotation: z.number().min(-3600).max(3600).default(0),
}

export const maskLayer = z.discriminatedUnion('kind', [
  z.strictObject({
    ...shape,
    kind: z.literal('stroke'),
    points: points(1),
    radius: z.number().min(0.25).max(2048),
    hardness: z.number().min(0).max(1).default(1),
  }),
  z.strictObject({ ...shape, kind: z.literal('rectangle'), ...box }),
  z.strictObject({ ...shape, kind: z.literal('ellipse'), ...box }),
  z.strictObject({ ...shape, kind: z.literal('polygon'), points: points(3) }),
  z.strictObject({ ...base, kind: z.literal('grow'), pixels: z.number().min(-MAX_GROW).max(MAX_GROW) }),
  z.strictObject({ ...base, kind: z.literal('feather'), pixels: z.number().min(0).max(MAX_FEATHER) }),
  z.strictObject({ ...base, kind: z.literal('invert') }),
  z.strictObject({ ...base, kind: z.literal('fill') }),
  z.strictObject({ ...base, kind: z.literal('clear') }),
])
export type MaskLayer = z.infer<typeof maskLayer>
export type ShapeLayer = Extract<MaskLayer, { op: unknown }>

export const isShape = (layer: MaskLayer): layer is ShapeLayer => 'op' in layer

/** Whether a layer may name a region that the mask does not have: adding shapes and filling make one. */
export const createsRegion = (layer: MaskLayer): boolean =>
  isShape(layer) ? layer.op === 'add' : layer.kind === 'fill'

export const maskLayers = z
  .array(maskLayer)
  .max(MAX_LAYERS)
  .superRefine((layers, ctx) => {
    const ids = new Set<string>()
    let total = 0
    layers.forEach((layer, i) => {
      const report = (message: string) => ctx.addIssue({ code: 'custom', message, path: [i] })
      if (ids.has(layer.id)) report(`The id "${layer.id}" is used twice.`)
      ids.add(layer.id)
      if (layer.from !== null && layer.to !== null && layer.from > layer.to) {
        report(`The frame range ${layer.from} to ${layer.to} runs backwards.`)
      }
      if (!isShape(layer)) return
      total += layer.keys.length + ('points' in layer ? layer.points.length : 0)
      const disorder = layer.keys.findIndex((key, k) => k > 0 && key.frame <= layer.keys[k - 1].frame)
      if (disorder > 0) {
        report(`Key ${disorder + 1} is at frame ${layer.keys[disorder].frame}, not after the key before it.`)
      }
    })
    if (total > MAX_TOTAL) {
      ctx.addIssue({
        code: 'custom',
        message: `The layers have ${total} points and keys together; at most ${MAX_TOTAL} are allowed.`,
      })
    }
  })

/**
 * @param data layers from a file or another program
 * @throws StudioError `mask/bad-layers` with the first offence
 */
export function parseMaskLayers(data: unknown): MaskLayer[] {
  const parsed = maskLayers.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const [index, ...rest] = issue.path
  const place = typeof index === 'number' ? `Mask layer ${index + 1}` : 'The list of mask layers'
  const field = rest.length ? ` (${rest.join('.')})` : ''
  throw new StudioError('mask/bad-layers', `${place}${field} cannot be read: ${issue.message}`, {
    hint: 'Correct or remove that layer.',
  })
}
