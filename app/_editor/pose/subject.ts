'use client'
import { useMemo } from 'react'
import type { ImageValue } from '../../../nodes/core/values'
import type { ValueRef } from '../../../server/storage/value-ref'
import { fetchStored } from '../../_lib/values/fetch-stored'
import { loadImage } from '../../_lib/values/load-values'
import { assetUrl } from '../panels/use-assets'
import { editorStages } from '../stages/editor-stages'
import { portraitFor, type Values, type Wiring } from '../stages/trace-values'

/** A picture that is there already as a value, or else the file it would be read from. */
export type PictureSource = { ref: ValueRef } | { asset: string }

const sourceOf = (wiring: Wiring, node: string, socket: string) =>
  wiring.edges.find(({ to }) => to[0] === node && to[1] === socket)?.from

/** Nodes from `start` along the edges, nearest first, downstream and then upstream. */
function near({ edges }: Wiring, start: string): string[] {
  const walk = (direction: 'from' | 'to') => {
    const seen = [start]
    for (const node of seen) {
      for (const edge of edges) {
        const [here, there] = direction === 'to' ? [edge.from[0], edge.to[0]] : [edge.to[0], edge.from[0]]
        if (here === node && !seen.includes(there)) seen.push(there)
      }
    }
    return seen
  }
  return [...new Set([...walk('to'), ...walk('from')])]
}

function pictureAt(
  wiring: Wiring,
  values: Values,
  from: readonly [string, string] | undefined,
): PictureSource | undefined {
  if (!from) return undefined
  const ref = values[from[0]]?.[from[1]]
  if (ref?.type === 'image') return { ref }
  const asset = wiring.nodes[from[0]]?.params?.asset
  return typeof asset === 'string' && asset !== '' ? { asset } : undefined
}

/** The portrait that belongs to a motion or first pose, and the first pose of that portrait. */
export function portraitAround(
  wiring: Wiring,
  values: Values,
  nodeId: string,
): { portrait?: PictureSource; firstPose?: ValueRef } {
  for (const node of near(wiring, nodeId)) {
    const [pose, portrait] = [sourceOf(wiring, node, 'firstPose'), sourceOf(wiring, node, 'portrait')]
    const picture = pictureAt(wiring, values, portrait)
    if (!pose || !picture) continue
    const ref = values[pose[0]]?.[pose[1]]
    return { portrait: picture, firstPose: ref?.type === 'pose' ? ref : undefined }
  }
  const own = pictureAt(wiring, values, sourceOf(wiring, nodeId, 'image'))
  const ref = portraitFor(wiring, values, nodeId)
  if (own ?? ref) return { portrait: own ?? (ref && { ref }) }
  // Nothing hangs together yet: the only picture of the workflow is what is meant.
  const pictures = Object.entries(wiring.nodes).filter(
    ([, { type, params }]) => type === 'input/image' && params?.asset,
  )
  return pictures.length > 0 ? { portrait: { asset: String(pictures[0][1].params?.asset) } } : {}
}

export function useAround(nodeId: string) {
  const wiring = editorStages.useWiring()
  const values = editorStages.useValues()
  return useMemo(
    () => ({ wiring, values, ...portraitAround(wiring, values, nodeId) }),
    [wiring, values, nodeId],
  )
}

/** The pixels of a picture. */
export async function readPicture(source: PictureSource, signal?: AbortSignal): Promise<ImageValue> {
  if ('ref' in source) return loadImage(source.ref, { signal })
  const response = await fetchStored(assetUrl(source.asset), signal)
  if (!response.ok) throw new Error(`The picture cannot be read (${response.status}).`)
  const bitmap = await createImageBitmap(await response.blob(), { imageOrientation: 'from-image' })
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  const g = canvas.getContext('2d')
  if (!g) throw new Error('This browser gives no more canvases.')
  g.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { width, height, data } = g.getImageData(0, 0, canvas.width, canvas.height)
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) }
}
