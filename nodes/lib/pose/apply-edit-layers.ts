import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { POSE_STRIDE, type PoseValue } from '../../core/values'
import { amplifyMotion } from './amplify-motion'
import { curlFingers } from './curl-fingers'
import { type EditLayer, type JointTrack, type LayerRegion, layersProblem, type Track } from './edit-layers'
import { keyframeCurls, keyframeOffset, keyframeTransform } from './keyframe-offset'
import { isVisible, KEYPOINT_NAMES } from './keypoints'
import { type EditedRange, pivotTrack, readPoint, regionGroups, writePoint } from './layer-regions'
import { type Gain, groupPlaces, scaleLocalMotion } from './local-motion'
import { moveJoint } from './move-joint'
import { rangeWeight } from './range-weight'
import type { Similarity } from './similarity'
import type { Point } from './two-bone-ik'

export interface EditOptions {
  signal?: CancelSignal
  /** Called with the fraction of layers done, 0…1. */
  onProgress?: (fraction: number) => void
}

export interface EditedPose {
  pose: PoseValue
  /** One sentence for each layer that found nothing to do. */
  notes: string[]
}

/**
 * Applies layers in order to a copy of a motion.
 *
 * - `offset` shifts a region, `scale` and `rotate` work about its pivot: a hand about its wrist, an arm about its
 *   shoulder, the head about the neck, eyes, brows and lips about their own middle.
 * - `amplitude` scales the motion of a region, see `amplifyMotion`.
 * - `joints` shifts one point by keyframes; see `moveJoint` for what follows.
 * - `keys` does the same for several parts: joints, regions that are shifted, turned and sized, fingers (`curlFingers`).
 * - `mute` freezes a region in its first pose of the range (it stays attached: a hand to its forearm, an arm to its
 *   shoulder, a face to its skull) or hides it (score 0, in the frames where the layer counts at least half).
 *
 * Fades run from no effect to the full one inside the range. A point that is missing (score under 0.3) is never
 * moved, and frames outside a layer's range keep their bits.
 *
 * @throws StudioError `params/invalid` for a list that `layersProblem` objects to.
 */
export function applyEditLayers(
  pose: PoseValue,
  layers: readonly EditLayer[],
  { signal, onProgress }: EditOptions = {},
): EditedPose {
  const problem = layersProblem(layers)
  if (problem) throw new StudioError('params/invalid', problem)
  const data = pose.data.slice()
  const notes: string[] = []
  layers.forEach((layer, i) => {
    signal?.throwIfAborted()
    onProgress?.(i / layers.length)
    if (!layer.enabled) return
    const range = { data, from: layer.from, to: Math.min(layer.to ?? pose.frames, pose.frames), signal }
    if (range.from >= range.to) {
      notes.push(
        `Layer "${layer.name ?? layer.id}" starts at frame ${layer.from}, after the end of the motion.`,
      )
      return
    }
    const { from, fadeIn, fadeOut } = layer
    const span = { from, to: layer.to ?? pose.frames, fadeIn, fadeOut }
    const weight = (f: number) => layer.strength * rangeWeight(f, span)
    applyLayer(range, layer, weight)
  })
  return { pose: { ...pose, data }, notes }
}

type Weight = (frame: number) => number

function applyLayer(range: EditedRange, layer: EditLayer, weight: Weight): void {
  switch (layer.kind) {
    case 'offset':
      return transform(range, layer, weight, (w) => ({ a: 1, b: 0, tx: w * layer.dx, ty: w * layer.dy }))
    case 'scale':
      return transform(range, layer, weight, (w) => ({ a: 1 + w * (layer.factor - 1), b: 0, tx: 0, ty: 0 }))
    case 'rotate':
      return transform(range, layer, weight, (w) => turn(w * layer.degrees))
    case 'keys':
      for (const track of layer.tracks) applyTrack(range, track, weight)
      return
    case 'amplitude':
      return amplifyMotion(range, layer.region, (f) => 1 + weight(f) * (layer.factor - 1), layer.about)
    case 'mute':
      if (layer.mode === 'hide') return hide(range, layer.region, weight)
      return freeze(range, layer.region, (f) => 1 - weight(f))
    case 'joints':
      return moveKeyed(range, { ...layer, follow: true }, weight)
  }
}

function applyTrack(range: EditedRange, track: Track, weight: Weight): void {
  switch (track.part) {
    case 'joint':
      return moveKeyed(range, track, weight)
    case 'region':
      return transform(range, track, weight, (w, f) => {
        const { dx, dy, scale, degrees } = keyframeTransform(track.keys, f)
        const { a, b } = turn(w * degrees)
        const size = 1 + w * (scale - 1)
        return { a: size * a, b: size * b, tx: w * dx, ty: w * dy }
      })
    case 'fingers':
      for (let f = range.from; f < range.to; f++) {
        const w = weight(f)
        if (w === 0) continue
        const { spread, ...curls } = keyframeCurls(track.keys, f)
        const weighed = Object.fromEntries(Object.entries(curls).map(([finger, curl]) => [finger, w * curl]))
        curlFingers(range.data, f, track.hand, { ...curls, ...weighed, spread: 1 + w * (spread - 1) })
      }
  }
}

const turn = (degrees: number): Similarity => {
  const angle = (degrees * Math.PI) / 180
  return { a: Math.cos(angle), b: Math.sin(angle), tx: 0, ty: 0 }
}

/** Applies `change(weight, frame)`, read about the pivot of each group, to every visible point of the region. */
function transform(
  range: EditedRange,
  { region, pivot: fixed }: { region: LayerRegion; pivot?: Point },
  weight: Weight,
  change: (weight: number, frame: number) => Similarity,
): void {
  for (const group of regionGroups(region)) {
    const track = fixed ? null : pivotTrack(range, group.pivots)
    for (let f = range.from; f < range.to; f++) {
      if (f % 1024 === 0) range.signal?.throwIfAborted()
      const pivot = fixed ?? track?.[f - range.from]
      const w = weight(f)
      if (!pivot || w === 0) continue
      const { a, b, tx, ty } = change(w, f)
      for (const i of group.points) {
        if (!isVisible(range.data, f, i)) continue
        const p = readPoint(range.data, f, i)
        const [x, y] = [p.x - pivot.x, p.y - pivot.y]
        writePoint(range.data, f, i, {
          x: p.x + (a - 1) * x - b * y + tx,
          y: p.y + b * x + (a - 1) * y + ty,
        })
      }
    }
  }
}

function hide({ data, from, to }: EditedRange, region: LayerRegion, weight: Weight): void {
  for (const { points } of regionGroups(region)) {
    for (let f = from; f < to; f++) {
      if (weight(f) < 0.5) continue
      for (const i of points) data[f * POSE_STRIDE + 3 * i + 2] = 0
    }
  }
}

/** A motion scaled to nothing about its first frame. */
function freeze(range: EditedRange, region: LayerRegion, gain: Gain): void {
  for (const group of regionGroups(region)) {
    scaleLocalMotion(range, group.points, groupPlaces(range, group), gain, 'first')
  }
}

function moveKeyed(
  { data, from, to, signal }: EditedRange,
  layer: Pick<JointTrack, 'joint' | 'keys' | 'ik' | 'stretch' | 'follow'>,
  weight: Weight,
): void {
  const joint = typeof layer.joint === 'number' ? layer.joint : KEYPOINT_NAMES.indexOf(layer.joint)
  for (let f = from; f < to; f++) {
    if (f % 1024 === 0) signal?.throwIfAborted()
    const w = weight(f)
    const { x, y } = keyframeOffset(layer.keys, f)
    moveJoint(data, f, joint, { x: w * x, y: w * y }, layer)
  }
}
