'use client'
import { lazy, Suspense } from 'react'
import { Opening } from '../full-screen/opening'

// Loaded when it is opened: it brings the algorithms of the nodes along.
const OpenPoseEditor = lazy(() =>
  import('./open-pose-editor').then((found) => ({ default: found.OpenPoseEditor })),
)
const OpenFitting = lazy(() => import('./open-fitting').then((found) => ({ default: found.OpenFitting })))

export interface NodeEditorProps {
  nodeId: string
  onClose(): void
}

/** Layers over a motion, over the whole window. */
export function PoseEditor(props: NodeEditorProps) {
  return (
    <Suspense fallback={<Opening />}>
      <OpenPoseEditor {...props} />
    </Suspense>
  )
}

/** The first pose of a portrait, fitted by hand. */
export function PoseFitting(props: NodeEditorProps) {
  return (
    <Suspense fallback={<Opening />}>
      <OpenFitting {...props} />
    </Suspense>
  )
}
