export const REGION_TITLES = {
  body: 'body',
  head: 'head',
  leftArm: 'left arm',
  rightArm: 'right arm',
  leftHand: 'left hand',
  rightHand: 'right hand',
  lips: 'lips',
  brows: 'brows',
  eyes: 'eyes',
} as const
