import { z } from 'zod'
import { MAX_CANVAS, MAX_FPS, MAX_FRAMES } from './limits'

/** Params that several nodes share, within the caps of every pose. */

export const canvasSide = z.int().min(16).max(MAX_CANVAS)

export const frameRate = z.number().min(1).max(MAX_FPS)

/** A number of frames, or the frame at which something begins or ends. */
export const frameNumber = z.int().min(0).max(MAX_FRAMES)
