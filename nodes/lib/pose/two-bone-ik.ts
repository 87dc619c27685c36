export interface Point {
  x: number
  y: number
}

/** Nearer than this (px) two joints have no direction. */
const NO_LENGTH = 1e-6

/**
 * Moves the end of a two-bone limb to `target` in the plane: law of cosines, the middle joint stays on its side of
 * the line from root to end.
 *
 * Both bones keep their lengths. A target out of reach is approached as far as they allow; with `stretch`, one too far
 * away is reached by lengthening both bones by the same factor.
 */
export function twoBoneIk(
  root: Point,
  middle: Point,
  end: Point,
  target: Point,
  stretch: boolean,
): { middle: Point; end: Point } {
  const upper = Math.hypot(middle.x - root.x, middle.y - root.y)
  const lower = Math.hypot(end.x - middle.x, end.y - middle.y)
  const wanted = Math.hypot(target.x - root.x, target.y - root.y)
  const longest = upper + lower
  const factor = stretch && longest > NO_LENGTH ? Math.max(1, wanted / longest) : 1
  const [l1, l2] = [upper * factor, lower * factor]
  const distance = Math.min(l1 + l2, Math.max(Math.abs(l1 - l2), wanted))
  const along = direction(root, target) ?? direction(root, end) ?? { x: 0, y: 1 }
  const reached = { x: root.x + distance * along.x, y: root.y + distance * along.y }
  if (distance < NO_LENGTH) return { middle, end: reached } // both bones equal and folded: any middle joint fits

  const foot = (l1 * l1 - l2 * l2 + distance * distance) / (2 * distance)
  const height = Math.sqrt(Math.max(0, l1 * l1 - foot * foot))
  const cross = (end.x - root.x) * (middle.y - root.y) - (end.y - root.y) * (middle.x - root.x)
  const side = cross < 0 ? -height : height
  return {
    middle: { x: root.x + foot * along.x - side * along.y, y: root.y + foot * along.y + side * along.x },
    end: reached,
  }
}

function direction(from: Point, to: Point): Point | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy)
  return length < NO_LENGTH ? null : { x: dx / length, y: dy / length }
}
