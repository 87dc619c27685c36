import type { ErrorJson } from '../../../nodes/core/errors'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import type { MaskLook } from './paint-masks'

/** One frame of a mask, before its layers, and how to show it after them. */
export interface MaskQuestion {
  id: number
  layers: readonly MaskLayer[]
  /** Regions of the input. */
  regions: readonly string[]
  width: number
  height: number
  frame: number
  /** `[height, width]` per region of the input. */
  planes: Record<string, Uint8Array>
  chosen: string
  hidden: readonly string[]
  look: MaskLook
}

export interface MaskAnswer {
  id: number
  frame: number
  /** Regions of the result. */
  regions?: string[]
  /** Share of the picture that each covers, 0…1. */
  coverage?: Record<string, number>
  picture?: ImageData
  /** Each region alone, small, in its colour on black. */
  thumbnails?: Record<string, ImageData>
  error?: ErrorJson
}
