import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { socket } from '../core/sockets'
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
    'instance to take the hands out of face and upper body.',

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
      frames: a?.frames ?? b?.frames,
      fps: a?.fps ?? b?.fps,
      width: a?.width ?? b?.width,
      height: a?.height ?? b?.height,
      regions: a?.regions && b?.regions && outputRegions(a.regions, b.regions, params),
    },
  }),
  agree: [
    { fact: 'frames', sockets: ['a', 'b'], fix: 'pose/slice' },
    { fact: 'fps', sockets: ['a', 'b'], fix: 'pose/resample' },
    { fact: 'width', sockets: ['a', 'b'], fix: 'pose/retarget' },
    { fact: 'height', sockets: ['a', 'b'], fix: 'pose/retarget' },
  ],

  async run(ctx, { inputs: { a, b }, params }) {
    const { combinePlanes } = await import('../lib/mask/combine')
    const { shownMask } = await import('../lib/media/preview')
    requireEqual(a, b)
    const regions = outputRegions(a.regions, b.regions, params)
    for (const name of params.regions) checkedRegion([...new Set([...a.regions, ...b.regions])], name)
    if (params.regionOfB !== null) checkedRegion(b.regions, params.regionOfB)
    const combined = new Set(combinedRegions(a.regions, b.regions, params))

    const mask: MaskValue = {
      fps: a.fps,
      width: a.width,
      height: a.height,
      frames: a.frames,
      regions,
      async chunk(name, index) {
        checkedRegion(regions, name)
        ctx.signal.throwIfAborted()
        const { start, end } = chunkRange(index, a.frames)
        const planeOf = async (mask: MaskValue, region: string) =>
          mask.regions.includes(region)
            ? await mask.chunk(region, index)
            : new Uint8Array((end - start) * a.width * a.height)
        if (!combined.has(name)) return await planeOf(a, name)
        const [planesOfA, planesOfB] = await Promise.all([
          planeOf(a, name),
          planeOf(b, params.regionOfB ?? name),
        ])
        return combinePlanes(planesOfA, planesOfB, params.op)
      },
    }
    return { mask: shownMask(ctx, mask) }
  },
})

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

function requireEqual(a: MaskValue, b: MaskValue): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new StudioError(
      'mask/size-mismatch',
      `Mask A has ${a.width} × ${a.height} pixels, mask B ${b.width} × ${b.height}.`,
      { hint: 'Make both masks from poses on a canvas of the same size.' },
    )
  }
  if (a.frames !== b.frames) {
    throw new StudioError('mask/length-mismatch', `Mask A has ${a.frames} frames, mask B ${b.frames}.`, {
      hint: 'Cut the longer motion with pose/slice before its masks are made.',
    })
  }
  if (a.fps !== b.fps) {
    throw new StudioError('mask/fps-mismatch', `Mask A runs at ${a.fps} fps, mask B at ${b.fps} fps.`, {
      hint: 'Bring the motions to one frame rate with pose/resample before their masks are made.',
    })
  }
}
