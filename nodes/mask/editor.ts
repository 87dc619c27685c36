import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { shownOnly, socket } from '../core/sockets'
import { chunkRange, type MaskValue } from '../core/values'
import { createsRegion, maskLayers } from '../lib/mask/mask-layers'
import { checkedRegion } from '../lib/mask/region-schema'

/** Frames are drawn for this long before other work of the thread gets its turn. */
const TURN_MILLISECONDS = 40

export const maskEditor = defineNode({
  id: 'mask/editor',
  version: 1,
  title: 'Mask editor',
  summary: 'Paints, erases, grows, feathers and fills regions of a mask, per frame or with keyframes.',
  docs:
    'Edits are layers over the input, applied in order: brush strokes, rectangles, ellipses and polygons that add, ' +
    'erase or bound, and grow, feather, invert, fill and clear for a whole region. Each layer has a frame range; ' +
    'shapes may have keyframes of place, scale and rotation, so that they follow the motion. A layer that adds a ' +
    'shape or fills may name a new region and so creates it. The image is what the editor shows below the mask; it ' +
    'does not change the result.',

  inputs: {
    mask: socket('mask', 'Masks'),
    image: shownOnly('image', 'Picture', 'Shown below the mask while editing'),
  },
  outputs: { mask: socket('mask', 'Masks') },
  params: z.object({ layers: maskLayers.default([]).describe('Edits, applied in order') }),
  ui: { widgets: { layers: { widget: 'layers' } } },
  countingParams: ({ layers }) => ({ layers: layers.filter((layer) => layer.enabled) }),
  facts: ({ params, inputs: { mask } }) => ({
    mask: mask && {
      ...mask,
      regions: mask.regions && [
        ...new Set([
          ...mask.regions,
          ...params.layers.filter((l) => l.enabled && createsRegion(l)).map((l) => l.region),
        ]),
      ],
    },
  }),

  async run(ctx, { inputs: { mask }, params: { layers } }) {
    const { maskEdit } = await import('../lib/mask/edit')
    const { shownMask } = await import('../lib/media/preview')
    const { fps, width, height, frames } = mask
    for (const layer of layers) {
      if (layer.enabled && layer.from !== null && layer.from >= frames) {
        ctx.warn(
          `The layer "${layer.id}" begins at frame ${layer.from}, but the mask has ${frames} frames: it changes nothing.`,
        )
      }
    }
    const edit = maskEdit(layers, mask.regions, width, height)
    const check = () => ctx.signal.throwIfAborted()

    const edited: MaskValue = {
      fps,
      width,
      height,
      frames,
      regions: edit.regions,
      async chunk(name, index) {
        const region = checkedRegion(edit.regions, name)
        const { start, end } = chunkRange(index, frames)
        const size = width * height
        const source = mask.regions.includes(region) ? await mask.chunk(region, index) : null
        const planes = source ? Uint8Array.from(source) : new Uint8Array((end - start) * size)
        let turn = performance.now()
        for (let f = start; f < end; f++) {
          check()
          if (!edit.touches(region, f)) continue
          const at = (f - start) * size
          planes.set(edit.render(region, f, source?.subarray(at, at + size) ?? null, check), at)
          if (performance.now() - turn < TURN_MILLISECONDS) continue
          await new Promise((resolve) => setTimeout(resolve, 0))
          turn = performance.now()
        }
        return planes
      },
    }
    return { mask: shownMask(ctx, edited) }
  },
})
