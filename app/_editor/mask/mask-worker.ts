/** Applies the layers of a mask editor to one frame, with the code that the node itself runs. */
import { toErrorJson } from '../../../nodes/core/errors'
import { maskEdit } from '../../../nodes/lib/mask/edit'
import { regionColour } from '../../_lib/values/region-colours'
import type { MaskAnswer, MaskQuestion } from './mask-messages'
import { coverageOf, paintMasks, thumbnailOf } from './paint-masks'

let edit: { key: string; made: ReturnType<typeof maskEdit> } | undefined

function answer(question: MaskQuestion): MaskAnswer {
  const { id, layers, regions, width, height, frame, planes, chosen, hidden, look } = question
  const key = JSON.stringify([layers, regions, width, height])
  // The shapes of one list of layers are drawn once, however many frames are looked at.
  if (edit?.key !== key) edit = { key, made: maskEdit(layers, regions, width, height) }
  const { made } = edit
  const edited = made.regions.map((region) => ({
    region,
    plane: made.touches(region, frame)
      ? made.render(region, frame, planes[region] ?? null)
      : (planes[region] ?? new Uint8Array(width * height)),
  }))
  const coverage = Object.fromEntries(edited.map(({ region, plane }) => [region, coverageOf(plane)]))
  const shown = edited
    .filter(({ region }) => !hidden.includes(region))
    // Large ones first, so that lips lie on the face.
    .sort((a, b) => coverage[b.region] - coverage[a.region])
    .map(({ region, plane }) => ({
      plane,
      colour: regionColour(region, made.regions),
      selected: region === chosen,
    }))
  const picture = new ImageData(paintMasks(shown, width, height, look), width, height)
  const thumbnails = Object.fromEntries(
    edited.map(({ region, plane }) => {
      const small = thumbnailOf(plane, width, height, regionColour(region, made.regions))
      return [region, new ImageData(small.data, small.width, small.height)]
    }),
  )
  return { id, frame, regions: made.regions, coverage, picture, thumbnails }
}

self.onmessage = ({ data }: MessageEvent<MaskQuestion>) => {
  let reply: MaskAnswer
  try {
    reply = answer(data)
  } catch (error) {
    reply = { id: data.id, frame: data.frame, error: toErrorJson(error) }
  }
  const transfer = reply.picture ? [reply.picture.data.buffer] : []
  self.postMessage(reply, { transfer })
}
