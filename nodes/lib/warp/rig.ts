import type { ArmTier } from './arm-split'

/** How the body is drawn: one soft field that fades out around the person, or cut out over a made-up background. */
export type BodyMode = 'soft' | 'matted'

/** A rectangle of the portrait, in its pixels. */
export type Box = { left: number; top: number; width: number; height: number }

/**
 * One arm. `upper` (upper arm) and `fore` (forearm with hand) are RGBA with premultiplied colours over `box`; empty
 * unless the arm is cut. They overlap at the elbow.
 */
export type ArmRig = {
  side: number
  tier: ArmTier
  confidence: number
  upperRadius: number
  foreRadius: number
  handSeen: boolean
  /** A mask does not let this hand move; whether the outline is clear does not matter then. */
  heldByMask: boolean
  /** The arm's matte touches the border of the portrait: it must not travel far, or its cut end shows. */
  touchesBorder: boolean
  box: Box
  upper: Uint8Array
  fore: Uint8Array
  /** A round of sleeve at the elbow, drawn beneath both: an arm that was folded shows cloth there when it opens. */
  joint: Uint8Array
}

/** One eye: what to paint over it when it closes. `plate`: skin without the eye, RGB over `box`. */
export type EyeRig = { first: number; box: Box; plate: Uint8Array; lash: number[]; gap: number }

/** The mouth. `opening`: 0…255 where the portrait shows teeth or dark inside; `clean`: the lips without it, RGB. */
export type MouthRig = {
  box: Box
  opening: Uint8Array
  clean: Uint8Array
  open: boolean
  teeth: boolean
  lip: number[]
  bright: number
}

/**
 * Everything the renderer needs to know about one portrait: plain data, so that it can be stored and sent to
 * other threads. All positions are pixels of the portrait; pictures are 8 bit, rows top to bottom.
 */
export type WarpRig = {
  /** Equal for equal portraits, first poses and options. */
  id: string
  /** The portrait had transparent parts, which are white now. */
  transparent: boolean
  /** How arms were asked for. */
  armsParam: 'auto' | 'cut' | 'hold'
  width: number
  height: number
  bodyMode: BodyMode
  /** RGB of the portrait. */
  portrait: Uint8Array
  /** The body without its cut arms: RGB (soft) or premultiplied RGBA (matted); empty when equal to the portrait. */
  body: Uint8Array
  /** Background without the person, RGB; only for `matted`. */
  plate: Uint8Array
  /** First pose as given, 134 × (x, y, score). Motion is measured against it. */
  first: Float32Array
  /** The same with face points moved to where the portrait has them. */
  points: Float32Array
  /** Nodes of the body field and weight per bone and node, `BONE_COUNT × (ny · nx)`. Order: `BONES`. */
  nx: number
  ny: number
  weights: Float32Array
  /** Person, 0…255 at a quarter of the size: where an arm may throw a shadow. */
  person: Uint8Array
  /** Shade that the arms throw in the portrait and that `body` lacks, 0…255 at a quarter of the size; may be empty. */
  shade: Uint8Array
  arms: ArmRig[]
  eyes: EyeRig[]
  mouth: MouthRig
}

/** Bones of the body field; the arms' are used by tier `bend` only. Places of no bone stay still. */
export const BONES = { rest: 0, head: 1, chest: 2, hips: 3, upper: [4, 6], fore: [5, 7] } as const
export const BONE_COUNT = 8

/** Size of the shadow plane for a picture side. */
export const quarter = (size: number): number => Math.ceil(size / 4)
