'use client'
import { createContext, useContext } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { AudioValue, ImageValue, PoseValue } from '../../../nodes/core/values'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import type { Draft } from '../full-screen/use-draft'
import type { CopiedPart } from './gestures'
import type { PartId } from './parts'
import type { WarpPreview } from './warp-preview'

export type PoseTool = 'select' | 'joints' | 'hand' | 'head' | 'face'

/** Portrait and skeleton, skeleton alone, or the picture without lines over it. */
export type PoseLook = 'portrait' | 'skeleton' | 'picture'

export interface OnionSkin {
  on: boolean
  /** Frames before and after. */
  before: number
  after: number
  path: boolean
}

/** What the editor shows and has in hand; the layers themselves belong to the document. */
export interface PoseView {
  tool: PoseTool
  look: PoseLook
  onion: OnionSkin
  warp: boolean
  handles: boolean
  layer: string | undefined
  parts: readonly PartId[]
  /** Arms whose wrists are dragged without bending them. */
  free: readonly PartId[]
  /** Parts that are not drawn. */
  hidden: readonly PartId[]
  rows: 'keys' | 'curves'
  copied: CopiedPart | null
}

/** What the editor is opened on. */
export interface PoseSubject {
  input: PoseValue
  /** Where the motion comes from, for the lowest row of the list. */
  inputTitle: string
  portrait?: ImageValue
  /** Why there is a portrait and it is not shown. */
  portraitProblem?: string
  /** The pose that the portrait shows; without it there is no warp preview. */
  firstPose?: PoseValue
  audio?: AudioValue
  onsets?: readonly number[]
}

export interface PoseSession {
  subject: PoseSubject
  layers: Draft<readonly EditLayer[]>
  /** The motion with all layers; the input until the first result is there. */
  edited: PoseValue
  notes: readonly string[]
  failure: ErrorJson | undefined
  view: PoseView
  show(change: Partial<PoseView>): void
  warp: WarpPreview | undefined
  portraitPicture: ImageBitmap | undefined
}

const Context = createContext<PoseSession | null>(null)

export const PoseSessionProvider = Context

export function usePoseSession(): PoseSession {
  const session = useContext(Context)
  if (!session) throw new Error('This belongs into a pose editor.')
  return session
}
