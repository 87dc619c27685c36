/** Groups of parts between which an outline is drawn. */
export const GROUP = {
  trunk: 0,
  vest: 1,
  collar: 2,
  neck: 3,
  head: 4,
  hair: 5,
  rightArm: 6,
  leftArm: 7,
  rightHand: 8,
  leftHand: 9,
}
