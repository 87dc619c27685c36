import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { socket } from '../core/sockets'
import { chunkRange, type VideoValue } from '../core/values'
import { checkedRegion } from '../lib/mask/region-schema'

const channel = (fallback: string) => z.string().min(1).max(40).nullable().default(fallback)

export const maskToVideo = defineNode({
  id: 'mask/to-video',
  version: 1,
  title: 'Mask to video',
  summary: 'Shows a region in grey, or up to three regions as red, green and blue, for other tools.',
  docs:
    'With *all*, each colour carries one region, by default face in red, lips in green, hands in blue; regions ' +
    'without a colour are not in the picture. With the name of a region, its levels become grey. ' +
    '`mask/from-video` reads both back without loss, as long as no lossy file lies between.',

  inputs: { mask: socket('mask', 'Masks') },
  outputs: { video: socket('video', 'Video') },
  params: z.object({
    region: z.string().min(1).max(40).default('all').describe('Region to show in grey, or "all" for colours'),
    red: channel('face').describe('Region in red'),
    green: channel('lips').describe('Region in green'),
    blue: channel('hands').describe('Region in blue'),
  }),
  ui: {
    widgets: {
      region: { widget: 'text' },
      red: { widget: 'text', advanced: true },
      green: { widget: 'text', advanced: true },
      blue: { widget: 'text', advanced: true },
    },
  },
  facts: ({ inputs: { mask } }) => ({
    video: {
      frames: mask?.frames,
      fps: mask?.fps,
      width: mask?.width,
      height: mask?.height,
      durationSeconds:
        mask?.frames !== undefined && mask.fps !== undefined ? mask.frames / mask.fps : undefined,
    },
  }),

  async run(ctx, { inputs: { mask }, params }) {
    const { planesToColours } = await import('../lib/mask/colours')
    const { shownVideo } = await import('../lib/media/preview')
    const channels =
      params.region === 'all'
        ? [params.red, params.green, params.blue].map((region) => {
            if (region === null || mask.regions.includes(region)) return region
            ctx.warn(`The mask has no region "${region}"; its colour stays black.`)
            return null
          })
        : Array.from({ length: 3 }, () => checkedRegion(mask.regions, params.region))
    if (channels.every((region) => region === null)) {
      throw new StudioError(
        'mask/nothing-to-show',
        'None of the regions chosen for red, green and blue exists.',
        {
          hint: `The mask has ${mask.regions.join(', ')}. Choose one of these.`,
        },
      )
    }
    const left = mask.regions.filter((region) => !channels.includes(region))
    if (params.region === 'all' && left.length > 0) {
      ctx.warn(`Not in the picture, for lack of a colour: ${left.join(', ')}.`)
    }

    const { fps, width, height, frames } = mask
    const video: VideoValue = {
      fps,
      width,
      height,
      frames,
      async chunk(index) {
        ctx.signal.throwIfAborted()
        const { start, end } = chunkRange(index, frames)
        const names = [...new Set(channels)].filter((region) => region !== null)
        const planes = new Map(
          await Promise.all(names.map(async (region) => [region, await mask.chunk(region, index)] as const)),
        )
        const planeOf = (c: number) => (channels[c] === null ? null : (planes.get(channels[c]) ?? null))
        return planesToColours([planeOf(0), planeOf(1), planeOf(2)], (end - start) * width * height)
      },
    }
    return { video: shownVideo(ctx, video) }
  },
})
