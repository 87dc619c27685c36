import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { type Facts, socket } from '../core/sockets'
import { chunkRange, type MaskValue } from '../core/values'
import { checkedRegion } from '../lib/mask/region-schema'

const region = z.string().min(1).max(40)

export const maskCombine = defineNode({
  id: 'mask/combine',
  version: 1,
  title: 'Combine masks',
  summary: 'Puts two masks together, region by region: union, intersection, difference and more.',
  docs:
    '- *union*: the larger level, *intersect*: the smaller\n' +
    '- *subtract*: A less B\n' +
    '- *exclude*: what is in one of them only\n' +
    '- *add*: levels added, at most 255, *multiply*: A weakened by B\n\n' +
    'A region that one of the masks lacks counts as black there. Regions of A that are not chosen pass through; ' +
    'those of B are left out. With *Region of B* one region of B is used against every chosen region of A, for ' +
    'instance to take the hands out of face and upper body.\n\n' +
    'Size and rate are those of A: B is resized to it, and each frame takes what is nearest in time in B. The shorter of ' +
    'the two decides the length. What was brought together is said in the result.',

  inputs: { a: socket('mask', 'A'), b: socket('mask', 'B') },
  outputs: { mask: socket('mask', 'Masks') },
  params: z.object({
    op: z
      .enum(['union', 'intersect', 'subtract', 'exclude', 'add', 'multiply'])
      .default('union')
      .describe('How levels are combined'),
    regions: z.array(region).max(32).default([]).describe('Regions to combine; none chosen means all'),
    regionOfB: region
      .nullable()
      .default(null)
      .describe('Region of B to use against each region of A; none: the one of the same name'),
  }),
  ui: {
    widgets: {
      op: { widget: 'select', label: 'Operation' },
      regions: { widget: 'text' },
      regionOfB: { widget: 'text', label: 'Region of B', advanced: true },
    },
  },
  facts: ({ params, inputs: { a, b } }) => ({
    mask: {
      frames: knownFrames(a, b),
      fps: a?.fps ?? b?.fps,
      width: a?.width ?? b?.width,
      height: a?.height ?? b?.height,
      regions: a?.regions && b?.regions && outputRegions(a.regions, b.regions, params),
    },
  }),
  async run(ctx, { inputs: { a, b }, params }) {
    const { combinePlanes } = await import('../lib/mask/combine')
    const { alignMask } = await import('../lib/media/align-mask')
    const { shownMask } = await import('../lib/media/preview')
    const frames = Math.min(a.frames, Math.max(1, framesAt(b, a.fps)))
    const { width, height, fps } = a
    for (const note of differences(a, b, frames)) ctx.warn(note)
    const fitted = isLike(b, a) ? b : alignMask(b, { width, height, fps, frames })
    const regions = outputRegions(a.regions, b.regions, params)
    for (const name of params.regions) checkedRegion([...new Set([...a.regions, ...b.regions])], name)
    if (params.regionOfB !== null) checkedRegion(b.regions, params.regionOfB)
    const combined = new Set(combinedRegions(a.regions, b.regions, params))

    const mask: MaskValue = {
      ...{ fps, width, height, frames },
      regions,
      async chunk(name, index) {
        checkedRegion(regions, name)
        ctx.signal.throwIfAborted()
        const { start, end } = chunkRange(index, frames)
        const planeOf = async (mask: MaskValue, region: string) =>
          mask.regions.includes(region)
            ? (await mask.chunk(region, index)).subarray(0, (end - start) * width * height)
            : new Uint8Array((end - start) * width * height)
        if (!combined.has(name)) return await planeOf(a, name)
        const [planesOfA, planesOfB] = await Promise.all([
          planeOf(a, name),
          planeOf(fitted, params.regionOfB ?? name),
        ])
        return combinePlanes(planesOfA, planesOfB, params.op)
      },
    }
    return { mask: shownMask(ctx, mask) }
  },
})

/** Undefined where the length of one is not known yet. */
function knownFrames(a: Facts | undefined, b: Facts | undefined): number | undefined {
  if (a?.frames === undefined || b?.frames === undefined || !a.fps || !b.fps) return undefined
  return Math.min(a.frames, framesAt({ frames: b.frames, fps: b.fps }, a.fps))
}

interface Choice {
  regions: string[]
  regionOfB: string | null
}

/** With one region of B against all, only what A has is combined, unless a region is named. */
function combinedRegions(a: string[], b: string[], { regions, regionOfB }: Choice): string[] {
  if (regions.length > 0) return regions
  return regionOfB === null ? [...a, ...b] : a
}

const outputRegions = (a: string[], b: string[], choice: Choice): string[] => [
  ...new Set([...a, ...combinedRegions(a, b, choice)]),
]

type Layout = Pick<MaskValue, 'width' | 'height' | 'fps' | 'frames'>

const framesAt = ({ frames, fps }: Pick<Layout, 'frames' | 'fps'>, rate: number) =>
  fps === rate ? frames : Math.round((frames / fps) * rate)

const isLike = (a: Layout, b: Layout) => a.width === b.width && a.height === b.height && a.fps === b.fps

/** What was done to bring B to A, for the user. */
function differences(a: Layout, b: Layout, frames: number): string[] {
  const size = ({ width, height }: Layout) => `${width} × ${height}`
  const lengths = [a.frames, framesAt(b, a.fps)]
  return [
    ...(size(a) === size(b) ? [] : [`Mask B (${size(b)}) is resized to mask A (${size(a)}).`]),
    ...(a.fps === b.fps
      ? []
      : [`Mask B has ${b.fps} frames a second, mask A ${a.fps}: each frame takes what is nearest in time.`]),
    ...(lengths[0] === lengths[1]
      ? []
      : [
          `The masks have ${frames} frames as the shorter one; what is longer is cut (${Math.max(...lengths)}).`,
        ]),
  ]
}
