import { z } from 'zod'
import { MAX_CANVAS } from './limits'
import { canvasSide } from './pose-schema'

/** A place may lie outside the picture, but not far. */
const coordinate = z
  .number()
  .min(-MAX_CANVAS)
  .max(2 * MAX_CANVAS)
const point = z.object({ x: coordinate, y: coordinate })
const length = z.number().min(1).max(MAX_CANVAS)

const handFit = z.object({
  /** Off: the portrait does not show it. */
  seen: z.boolean(),
  /** Direction of the middle finger, clockwise from up. */
  degrees: z.number().min(-3600).max(3600),
  /** Wrist to knuckle of the middle finger, px. */
  palm: length,
  /** 0 open … 1 fist. */
  curl: z.number().min(0).max(1),
  /** The thumb lies on the other side: the back of the hand is seen instead of the palm. */
  flipped: z.boolean(),
})

const armFit = z.object({ shoulder: point, elbow: point, wrist: point, hand: handFit })

const headFit = z.object({
  /** Middle between the brows. */
  ...point.shape,
  /** Between the ends of the jaw line, and from the brows to the chin. */
  width: length,
  height: length,
  /** Turn in the picture, clockwise. */
  degrees: z.number().min(-180).max(180),
  /** Places of the eyes and the mouth on the way from the brows (0) to the chin (1). */
  eyes: z.number().min(0).max(0.5),
  mouth: z.number().min(0.5).max(1),
})

/** What a person sets to say which pose a portrait shows; sides are the person's own. All px of the portrait. */
export const firstPoseFit = z.object({
  width: canvasSide,
  height: canvasSide,
  head: headFit,
  right: armFit,
  left: armFit,
})

export type FirstPoseFit = z.infer<typeof firstPoseFit>
export type HeadFit = z.infer<typeof headFit>
export type ArmFit = z.infer<typeof armFit>
