import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import type { MaskValue } from '../core/values'
import { checkedRegion, regionName } from '../lib/mask/region-schema'

const channel = (fallback: string) => regionName.nullable().default(fallback)

export const maskFromVideo = defineNode({
  id: 'mask/from-video',
  version: 1,
  title: 'Mask from video',
  summary: 'Reads regions of a mask from the grey levels or colours of a video.',
  docs:
    'The counterpart of `mask/to-video`. With the name of a region, its levels are read from the brightness or from ' +
    'one colour; with *all*, red, green and blue are one region each. A threshold makes hard masks, which helps ' +
    'after lossy coding; without it levels between 0 and 255 are soft edges.',

  inputs: { video: socket('video', 'Video') },
  outputs: { mask: socket('mask', 'Masks') },
  params: z.object({
    region: z
      .string()
      .min(1)
      .max(40)
      .default('all')
      .describe('Name of the region, or "all" for one region per colour'),
    channel: z
      .enum(['luma', 'red', 'green', 'blue'])
      .default('luma')
      .describe('Where the levels of a single region come from'),
    red: channel('face').describe('Region in red'),
    green: channel('lips').describe('Region in green'),
    blue: channel('hands').describe('Region in blue'),
    threshold: z
      .int()
      .min(1)
      .max(255)
      .nullable()
      .default(null)
      .describe('Levels from here on are inside, others outside; none keeps soft levels'),
  }),
  ui: {
    widgets: {
      region: { widget: 'text' },
      channel: { widget: 'select' },
      red: { widget: 'text', advanced: true },
      green: { widget: 'text', advanced: true },
      blue: { widget: 'text', advanced: true },
      threshold: { widget: 'slider', step: 1 },
    },
  },
  facts: ({ params, inputs: { video } }) => ({
    mask: {
      frames: video?.frames,
      fps: video?.fps,
      width: video?.width,
      height: video?.height,
      regions: [...sourcesOf(params).keys()],
    },
  }),
  validate: (params) => {
    if (params.region !== 'all') {
      const parsed = regionName.safeParse(params.region)
      return parsed.success ? null : parsed.error.issues[0].message
    }
    const names = [params.red, params.green, params.blue].filter((name) => name !== null)
    if (names.length === 0) return 'Name a region for at least one of red, green and blue.'
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    return twice === undefined ? null : `The region "${twice}" is named for two colours; choose one of them.`
  },

  async run(ctx, { inputs: { video }, params }) {
    const { coloursToPlane, thresholdPlane } = await import('../lib/mask/colours')
    const { shownMask } = await import('../lib/media/preview')
    const sources = sourcesOf(params)
    const { fps, width, height, frames } = video
    const mask: MaskValue = {
      fps,
      width,
      height,
      frames,
      regions: [...sources.keys()],
      async chunk(region, index) {
        ctx.signal.throwIfAborted()
        const known = checkedRegion([...sources.keys()], region)
        const plane = coloursToPlane(await video.chunk(index), sources.get(known)!) // it is one of the keys
        return params.threshold === null ? plane : thresholdPlane(plane, params.threshold)
      },
    }
    return { mask: shownMask(ctx, mask) }
  },
})

type Source = 'luma' | 'red' | 'green' | 'blue'

interface Choice {
  region: string
  channel: Source
  red: string | null
  green: string | null
  blue: string | null
}

/** Region → where its levels come from. */
function sourcesOf(params: Choice): Map<string, Source> {
  if (params.region !== 'all') return new Map([[params.region, params.channel]])
  const colours = ['red', 'green', 'blue'] as const
  return new Map(
    colours.flatMap((colour) => {
      const region = params[colour]
      return region === null ? [] : [[region, colour] as const]
    }),
  )
}
