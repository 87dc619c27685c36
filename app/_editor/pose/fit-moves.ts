import type { ArmFit, FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import type { Point } from '../../../nodes/lib/pose/two-bone-ik'

type Side = 'right' | 'left'

/** What of a fit the pointer holds. */
export type FitGrip =
  | { kind: 'head' }
  | { kind: 'head-side'; side: 'left' | 'right' | 'top' | 'bottom' }
  | { kind: 'head-turn' }
  | { kind: 'eyes' }
  | { kind: 'mouth' }
  | { kind: 'point'; side: Side; point: 'shoulder' | 'elbow' | 'wrist' }
  | { kind: 'hand'; side: Side }

/** A place of the picture in the head's own directions, in px from the middle between the brows. */
export function toHead({ head }: FirstPoseFit, { x, y }: Point): Point {
  const angle = (head.degrees * Math.PI) / 180
  const [dx, dy] = [x - head.x, y - head.y]
  return { x: Math.cos(angle) * dx + Math.sin(angle) * dy, y: -Math.sin(angle) * dx + Math.cos(angle) * dy }
}

export function fromHead({ head }: FirstPoseFit, { x, y }: Point): Point {
  const angle = (head.degrees * Math.PI) / 180
  return {
    x: head.x + Math.cos(angle) * x - Math.sin(angle) * y,
    y: head.y + Math.sin(angle) * x + Math.cos(angle) * y,
  }
}

const between = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** The smallest face the renderer takes, px. */
const LEAST_FACE = 12

/** The fit after a drag from `from` to `to`. Whole limbs follow their upper ends; `alone` moves one point only. */
export function moveFit(
  fit: FirstPoseFit,
  grip: FitGrip,
  from: Point,
  to: Point,
  alone: boolean,
): FirstPoseFit {
  const by = { x: to.x - from.x, y: to.y - from.y }
  const { head } = fit
  switch (grip.kind) {
    case 'head':
      return { ...fit, head: { ...head, x: head.x + by.x, y: head.y + by.y } }
    case 'head-turn': {
      const centre = fromHead(fit, { x: 0, y: head.height / 2 })
      const angle = Math.atan2(to.x - centre.x, centre.y - to.y)
      return { ...fit, head: turned(fit, between((angle * 180) / Math.PI, -60, 60)) }
    }
    case 'head-side':
      return { ...fit, head: sized(fit, grip.side, toHead(fit, to)) }
    case 'eyes':
      return { ...fit, head: { ...head, eyes: between(toHead(fit, to).y / head.height, 0.05, 0.4) } }
    case 'mouth':
      return { ...fit, head: { ...head, mouth: between(toHead(fit, to).y / head.height, 0.5, 0.9) } }
    case 'point':
      return { ...fit, [grip.side]: movedArm(fit[grip.side], grip.point, by, alone) }
    case 'hand': {
      const arm = fit[grip.side]
      const [dx, dy] = [to.x - arm.wrist.x, to.y - arm.wrist.y]
      const hand = {
        ...arm.hand,
        degrees: (Math.atan2(dx, -dy) * 180) / Math.PI,
        palm: between(Math.hypot(dx, dy) / HANDLE_AT, 4, 2_000),
      }
      return { ...fit, [grip.side]: { ...arm, hand } }
    }
  }
}

/** The handle of a hand lies this many palms from the wrist, beyond the fingertips. */
export const HANDLE_AT = 2.4

/** Turned about the middle of the face. */
function turned(fit: FirstPoseFit, degrees: number): FirstPoseFit['head'] {
  const { head } = fit
  const centre = fromHead(fit, { x: 0, y: head.height / 2 })
  const angle = (degrees * Math.PI) / 180
  return {
    ...head,
    degrees,
    x: centre.x + (Math.sin(angle) * head.height) / 2,
    y: centre.y - (Math.cos(angle) * head.height) / 2,
  }
}

/** One side of the box goes to `at`; the opposite one stays. */
function sized(
  fit: FirstPoseFit,
  side: 'left' | 'right' | 'top' | 'bottom',
  at: Point,
): FirstPoseFit['head'] {
  const { head } = fit
  if (side === 'bottom') return { ...head, height: Math.max(LEAST_FACE, at.y) }
  if (side === 'top') {
    const height = Math.max(LEAST_FACE, head.height - at.y)
    return { ...head, height, ...fromHead(fit, { x: 0, y: head.height - height }) }
  }
  const fixed = side === 'left' ? head.width / 2 : -head.width / 2
  const width = Math.max(LEAST_FACE, Math.abs(at.x - fixed))
  const middle = side === 'left' ? fixed - width / 2 : fixed + width / 2
  return { ...head, width, ...fromHead(fit, { x: middle, y: 0 }) }
}

function movedArm(arm: ArmFit, point: 'shoulder' | 'elbow' | 'wrist', by: Point, alone: boolean): ArmFit {
  const moved = (p: Point) => ({ x: p.x + by.x, y: p.y + by.y })
  if (alone || point === 'wrist') return { ...arm, [point]: moved(arm[point]) }
  if (point === 'elbow') return { ...arm, elbow: moved(arm.elbow), wrist: moved(arm.wrist) }
  return { ...arm, shoulder: moved(arm.shoulder), elbow: moved(arm.elbow), wrist: moved(arm.wrist) }
}
