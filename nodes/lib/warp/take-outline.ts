/** Gives an arm the thin outline that its matte left behind. */
import { type LabPicture, labPicture } from './lab'
import { distanceToMask } from './planes'

/**
 * Within a few pixels of the arm, whatever looks unlike the made-up picture behind it belongs to the arm: drawn
 * outlines, soft edges. A difference that goes on beyond those pixels is a flaw of the fill instead, and stays.
 *
 * @param inside changed: 1 = arm, working size
 * @param behind RGB of the picture without arms, working size
 * @param hole   where `behind` was made up
 * @param hand   the part of `inside` that is hand: it has its outline already, and between fingers there is only shade
 * @param other  the other arm's mask, which this one may not take from
 */
export function takeOutline(
  inside: Uint8Array,
  lab: LabPicture,
  behind: Uint8Array,
  hole: Uint8Array,
  hand: Uint8Array,
  other: Uint8Array | null,
): void {
  const { width, height } = lab
  const size = Math.max(width, height)
  const reach = 0.009 * size
  const beyond = 0.012 * size
  const back = labPicture(behind, width, height)
  const distance = distanceToMask(inside, width, height)
  const toHand = distanceToMask(hand, width, height)
  const unlike = new Uint8Array(inside.length)
  const exits = new Uint8Array(inside.length)
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] || !hole[i] || distance[i] > beyond + 1.5 || other?.[i]) continue
    if (toHand[i] < distance[i] + 1) continue
    const d = Math.hypot(lab.l[i] - back.l[i], lab.a[i] - back.a[i], lab.b[i] - back.b[i])
    if (d < 12) continue
    if (distance[i] <= reach) unlike[i] = 1
    else if (distance[i] >= beyond - 1) exits[i] = 1
  }
  const fromExit = distanceToMask(exits, width, height)
  for (let i = 0; i < inside.length; i++) {
    // Pixels of a difference that runs out of the band lie within the band's width of its exit.
    if (!unlike[i] || fromExit[i] <= 1.2 * beyond - distance[i] + 1) continue
    // A speck on its own is noise of the fill.
    let company = 0
    for (const d of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
      if (unlike[i + d] || distance[i + d] === 0) company++
    }
    if (company >= 4) inside[i] = 1
  }
}
