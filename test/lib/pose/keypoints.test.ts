import { expect, it } from 'vitest'
import { KEYPOINTS } from '../../../nodes/core/values'
import {
  BODY_BONES,
  HAND_BONES,
  KEYPOINT_NAMES,
  MIRROR,
  PARTS,
  SKULL,
} from '../../../nodes/lib/pose/keypoints'
import { neutralPose } from '../../support/poses'

it('every point has a name of its own', () => {
  expect(KEYPOINT_NAMES.length).toBe(KEYPOINTS)
  expect(new Set(KEYPOINT_NAMES).size).toBe(KEYPOINTS)
  expect([0, 4, 7, 18, 24, 41, 60, 72, 84, 92, 113, 133].map((i) => KEYPOINT_NAMES[i])).toEqual([
    'nose',
    'right wrist',
    'left wrist',
    'left big toe',
    'jaw 1',
    'right brow 1',
    'right eyelid 1',
    'outer lip 1',
    'inner lip 1',
    'left hand root',
    'right hand root',
    'right little 4',
  ])
})

it('body, feet, face and hands cover all points once', () => {
  const { body, feet, face, leftHand, rightHand } = PARTS
  expect([...body, ...feet, ...face, ...leftHand, ...rightHand]).toEqual(PARTS.all)
  const { jaw, brows, nose, eyes, lips } = PARTS
  expect([...jaw, ...brows, ...nose, ...eyes, ...lips]).toEqual(face)
  expect(SKULL.every((i) => (face as readonly number[]).includes(i))).toBe(true)
})

it('a symmetrical person mirrored point by point is the same person', () => {
  const pose = neutralPose()
  for (let i = 0; i < KEYPOINTS; i++) {
    expect(MIRROR[MIRROR[i]]).toBe(i)
    const twin = MIRROR[i]
    if (pose[3 * i + 2] === 0) continue
    expect(pose[3 * twin]).toBeCloseTo(512 - pose[3 * i], 3)
    expect(pose[3 * twin + 1]).toBeCloseTo(pose[3 * i + 1], 3)
  }
})

it('bones form trees: every point but the root ends exactly one bone', () => {
  const ends = BODY_BONES.map(([, to]) => to).sort((a, b) => a - b)
  expect(ends).toEqual([0, ...Array.from({ length: 16 }, (_, i) => i + 2)])
  expect(HAND_BONES.map(([, to]) => to)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  expect(HAND_BONES.slice(0, 5)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [0, 5],
  ])
})
