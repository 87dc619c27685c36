'use client'
import { lazy, Suspense } from 'react'
import { Opening } from '../full-screen/opening'
import type { NodeEditorProps } from '../pose/pose-editor'

const OpenMaskEditor = lazy(() =>
  import('./open-mask-editor').then((found) => ({ default: found.OpenMaskEditor })),
)

/** Layers over the regions of a mask, over the whole window. */
export function MaskEditor(props: NodeEditorProps) {
  return (
    <Suspense fallback={<Opening />}>
      <OpenMaskEditor {...props} />
    </Suspense>
  )
}
