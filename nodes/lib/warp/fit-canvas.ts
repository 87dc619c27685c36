/** Brings portrait and poses to one canvas. */
import { StudioError } from '../../core/errors'
import type { ImageValue } from '../../core/values'
import { shrinkPicture } from './planes'

/** Width and height after shrinking so that the longer side is at most `maxSize`. */
export function fittedSize(
  width: number,
  height: number,
  maxSize: number,
): { width: number; height: number } {
  const scale = Math.min(1, maxSize / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The portrait at its fitted size; the same object when it already fits. Area averaging. */
export function fitPortrait(portrait: ImageValue, maxSize: number): ImageValue {
  const { width, height } = fittedSize(portrait.width, portrait.height, maxSize)
  if (width === portrait.width && height === portrait.height) return portrait
  const data = shrinkPicture(portrait.data, portrait.width, portrait.height, portrait.channels, width, height)
  return { ...portrait, width, height, data }
}

/**
 * Poses are drawn on a canvas of their own. It must have the portrait's shape.
 *
 * @throws StudioError `pose/other-shape` when the aspect ratios differ by more than 2 %
 */
export function checkShape(
  what: string,
  canvas: { width: number; height: number },
  portrait: { width: number; height: number },
): void {
  const ratio = (canvas.width * portrait.height) / (canvas.height * portrait.width)
  if (Math.abs(Math.log(ratio)) <= Math.log(1.02)) return
  throw new StudioError(
    'pose/other-shape',
    `${what} is on a canvas of ${canvas.width} × ${canvas.height}, the portrait is ${portrait.width} × ${portrait.height}: their shapes differ.`,
    { hint: 'Take the first pose from this very portrait, or bring both to one shape first.' },
  )
}
