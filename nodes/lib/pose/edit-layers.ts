import { z } from 'zod'
import { KEYPOINTS } from '../../core/values'
import { KEYPOINT_NAMES } from './keypoints'
import { MAX_FRAMES } from './limits'

/**
 * Edits of a motion as data. A list of layers is applied in order over any motion, so a new input keeps its edits;
 * what each kind does is written at `applyEditLayers`.
 */

/** Layers in one list. */
export const MAX_LAYERS = 100

/** Keyframes of one joint, region or hand in one layer. */
export const MAX_KEYS = 2_000

/** Joints, regions and hands that one layer may have keyframes of. */
export const MAX_TRACKS = 64

/** What a layer can take hold of. An arm is elbow, wrist and hand; the head brings its face. */
export const LAYER_REGIONS = [
  'all',
  'upperBody',
  'head',
  'leftArm',
  'rightArm',
  'arms',
  'leftHand',
  'rightHand',
  'hands',
  'face',
  'lips',
  'jaw',
  'brows',
  'eyes',
] as const

export type LayerRegion = (typeof LAYER_REGIONS)[number]

export const EASES = ['linear', 'ease-in', 'ease-out', 'ease-in-out', 'hold'] as const

export type Ease = (typeof EASES)[number]

const pixels = z.number().min(-20_000).max(20_000)
const region = z.enum(LAYER_REGIONS).describe('What is edited')
const pivot = z
  .strictObject({ x: pixels, y: pixels })
  .optional()
  .describe(
    'Fixed point in px of the canvas; left out: wrist for a hand, shoulder for an arm, neck for the head',
  )

const common = {
  id: z.string().min(1).max(64).describe('Unique within the list'),
  name: z.string().min(1).max(80).optional().describe('What the layer is called; no part of the result'),
  enabled: z.boolean().default(true).describe('Off: kept but not applied'),
  strength: z.number().min(0).max(1).default(1).describe('How much of the layer counts'),
  from: z.int().min(0).max(MAX_FRAMES).default(0).describe('First frame with an effect'),
  to: z
    .int()
    .min(1)
    .max(MAX_FRAMES)
    .nullable()
    .default(null)
    .describe('First frame without effect; null: to the end'),
  fadeIn: z
    .int()
    .min(0)
    .max(MAX_FRAMES)
    .default(0)
    .describe('Frames in which the effect grows, inside the range'),
  fadeOut: z.int().min(0).max(MAX_FRAMES).default(0).describe('Frames in which it goes, inside the range'),
}

const offsetLayer = z.strictObject({
  ...common,
  kind: z.literal('offset'),
  region,
  dx: pixels.default(0).describe('Shift to the right, px'),
  dy: pixels.default(0).describe('Shift down, px'),
})

const scaleLayer = z.strictObject({
  ...common,
  kind: z.literal('scale'),
  region,
  factor: z.number().min(0.05).max(10).describe('1 changes nothing, 2 doubles the size'),
  pivot,
})

const rotateLayer = z.strictObject({
  ...common,
  kind: z.literal('rotate'),
  region,
  degrees: z.number().min(-3_600).max(3_600).describe('Clockwise in the picture'),
  pivot,
})

const amplitudeLayer = z.strictObject({
  ...common,
  kind: z.literal('amplitude'),
  region,
  factor: z.number().min(0).max(5).describe('0 stills the motion, 1 changes nothing, 2 doubles it'),
  about: z
    .enum(['mean', 'first'])
    .default('mean')
    .describe('Which pose stays: the average over the range, or its first frame'),
})

const key = {
  frame: z.int().min(0).max(MAX_FRAMES).describe('Frame of the motion'),
  ease: z.enum(EASES).default('ease-in-out').describe('Way to the next key'),
}

const keysOf = <T extends z.ZodObject>(one: T) =>
  z
    .array(one)
    .min(1)
    .max(MAX_KEYS)
    .describe('In order of frames; before the first and after the last key its values hold')

const movedJoint = {
  joint: z
    .union([
      z
        .int()
        .min(0)
        .max(KEYPOINTS - 1),
      z.enum(KEYPOINT_NAMES as [string, ...string[]]),
    ])
    .describe('The point that is moved: its number or name. What hangs on it follows'),
  keys: keysOf(
    z.strictObject({
      ...key,
      dx: pixels.describe('Shift to the right in this frame, px'),
      dy: pixels.describe('Shift down in this frame, px'),
    }),
  ),
  ik: z
    .boolean()
    .default(true)
    .describe('For wrists: the elbow follows and upper arm and forearm keep their lengths'),
  stretch: z
    .boolean()
    .default(false)
    .describe(
      'With ik: lengthen the arm when the wrist is pulled out of reach, as for an arm that pointed at the camera',
    ),
}

const jointsLayer = z.strictObject({ ...common, kind: z.literal('joints'), ...movedJoint })

const jointTrack = z.strictObject({
  part: z.literal('joint'),
  ...movedJoint,
  follow: z
    .boolean()
    .default(true)
    .describe('Off: what hangs on the point stays, as a wrist does while its elbow swivels'),
})

const regionTrack = z.strictObject({
  part: z.literal('region'),
  region,
  keys: keysOf(
    z.strictObject({
      ...key,
      dx: pixels.default(0).describe('Shift to the right, px'),
      dy: pixels.default(0).describe('Shift down, px'),
      scale: z.number().min(0.05).max(10).default(1).describe('Size about the pivot of the region'),
      degrees: z.number().min(-3_600).max(3_600).default(0).describe('Turn about it, clockwise'),
    }),
  ),
})

const curl = z.number().min(0).max(1).default(0)

const fingersTrack = z.strictObject({
  part: z.literal('fingers'),
  hand: z.enum(['left', 'right']),
  keys: keysOf(
    z.strictObject({
      ...key,
      thumb: curl.describe('How far the finger closes, beyond what the motion shows: 0 not at all, 1 a fist'),
      index: curl,
      middle: curl,
      ring: curl,
      little: curl,
      spread: z.number().min(0).max(3).default(1).describe('Fan of the fingers: 1 as it is, 0 side by side'),
    }),
  ),
})

const keysLayer = z.strictObject({
  ...common,
  kind: z.literal('keys'),
  tracks: z
    .array(z.discriminatedUnion('part', [jointTrack, regionTrack, fingersTrack]))
    .min(1)
    .max(MAX_TRACKS)
    .describe('What has keyframes, applied in order'),
})

const muteLayer = z.strictObject({
  ...common,
  kind: z.literal('mute'),
  region,
  mode: z
    .enum(['freeze', 'hide'])
    .default('freeze')
    .describe('freeze: hold the first frame of the range; hide: mark the points as missing'),
})

export const editLayer = z.discriminatedUnion('kind', [
  offsetLayer,
  scaleLayer,
  rotateLayer,
  amplitudeLayer,
  jointsLayer,
  keysLayer,
  muteLayer,
])

export const editLayers = z.array(editLayer).max(MAX_LAYERS)

export type EditLayer = z.infer<typeof editLayer>
export type JointsLayer = z.infer<typeof jointsLayer>
export type KeysLayer = z.infer<typeof keysLayer>
export type Track = KeysLayer['tracks'][number]
export type JointTrack = z.infer<typeof jointTrack>
export type RegionTrack = z.infer<typeof regionTrack>
export type FingersTrack = z.infer<typeof fingersTrack>

/** What the result of a list depends on: not on names, nor on layers that are off. */
export const countingLayers = (layers: readonly EditLayer[]): Omit<EditLayer, 'name'>[] =>
  layers.filter((layer) => layer.enabled).map(({ name: _, ...layer }) => layer)

/** What a schema cannot say about a list of layers: one sentence about the first thing wrong, or null. */
export function layersProblem(layers: readonly EditLayer[]): string | null {
  const ids = new Set<string>()
  for (const layer of layers) {
    if (ids.has(layer.id)) return `Two layers have the id "${layer.id}".`
    ids.add(layer.id)
    if (layer.to !== null && layer.to <= layer.from) {
      return `Layer "${layer.id}" ends at frame ${layer.to}, before its start at frame ${layer.from}.`
    }
    const lists = layer.kind === 'joints' ? [layer] : layer.kind === 'keys' ? layer.tracks : []
    for (const { keys } of lists) {
      for (let k = 1; k < keys.length; k++) {
        const [before, key] = [keys[k - 1], keys[k]]
        if (key.frame <= before.frame) {
          return `In layer "${layer.id}" the key at frame ${key.frame} follows one at frame ${before.frame}.`
        }
      }
    }
  }
  return null
}
