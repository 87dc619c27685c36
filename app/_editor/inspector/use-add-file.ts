'use client'
import { useState } from 'react'
import { StudioError } from '../../../nodes/core/errors'
import { sayFailure } from '../../_lib/action-error'
import { useUploadAsset } from '../../_lib/uploads/use-upload-asset'
import { type Asset, useAssets } from '../panels/use-assets'

/** What a file is told from when it is read; anything else that a param takes is checked by its node. */
const KNOWN = new Set(['image', 'audio', 'video', 'pose'])

/** Brings a file into the studio for a param that takes files of one kind. A failure is said. */
export function useAddFile(
  accepts: string | undefined,
  onAdded: (asset: Pick<Asset, 'id' | 'name'>) => void,
) {
  const upload = useUploadAsset()
  const { changed } = useAssets()
  const [busy, setBusy] = useState(false)
  const add = async (file: File) => {
    setBusy(true)
    try {
      const asset = await upload(file)
      if (!asset) return
      await changed()
      if (accepts && KNOWN.has(accepts) && asset.kind !== accepts) {
        throw new StudioError(
          'asset/kind',
          `${asset.name} is of kind ${asset.kind}; ${accepts} is needed here.`,
          {
            hint: 'Choose another file.',
          },
        )
      }
      onAdded(asset)
    } catch (error) {
      sayFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return { add, busy }
}
