'use client'
import { useCallback, useEffect, useState } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { fetchStored } from '../../_lib/values/fetch-stored'
import { loadPicture } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import type { MaskLook } from './paint-masks'

/** What lies below the masks: a value of the workflow, or the id of a file. */
export type Below = ValueRef | string | undefined

async function assetPicture(id: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetchStored(`/api/assets/${id.replace('sha256:', '')}`, signal)
  return createImageBitmap(await response.blob())
}

/** The portrait, darkened a little so that colours of regions stand out; nothing below a plain mask. */
export function usePicture(below: Below, width: number, height: number, look: MaskLook) {
  const [bitmap, setBitmap] = useState<ImageBitmap>()
  const identity = typeof below === 'object' ? identityOf(below) : (below ?? '')
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values have equal identities
  useEffect(() => {
    if (!below) return setBitmap(undefined)
    const abort = new AbortController()
    const load =
      typeof below === 'string'
        ? assetPicture(below, abort.signal)
        : loadPicture(below, { signal: abort.signal })
    load.then(setBitmap, () => {}) // without a picture the masks are there alone
    return () => abort.abort()
  }, [identity])
  return useCallback(
    (target: CanvasRenderingContext2D) => {
      target.clearRect(0, 0, width, height)
      if (!bitmap || look === 'mask') return
      target.drawImage(bitmap, 0, 0, width, height)
      if (look === 'overlay') {
        target.fillStyle = 'rgb(0 0 0 / 0.22)'
        target.fillRect(0, 0, width, height)
      }
    },
    [bitmap, width, height, look],
  )
}
