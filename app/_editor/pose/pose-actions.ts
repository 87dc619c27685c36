'use client'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { transport } from '../state/transport'
import { pastePart, swivelElbow } from './gestures'
import {
  clearPart,
  editKeys,
  findTrack,
  type KeyEdit,
  type KeyValues,
  keyFramesOf,
  layerForKeys,
  layerWeight,
  mirrorPart,
  removeKeys,
  type TrackSpec,
  trackValues,
  withoutEmpty,
} from './key-edits'
import { ARM_OF, HAND_OF, type PartId, partById } from './parts'
import type { PoseSession } from './session'

/** Tracks that a part is keyed with when nothing of it was moved yet. */
export function usualTracks(part: PartId): TrackSpec[] {
  const arm = ARM_OF[part]
  if (arm) return [{ part: 'joint', joint: arm.wrist, ik: true, follow: true }]
  if (part === 'body') return [{ part: 'joint', joint: 1, ik: false, follow: true }]
  return [{ part: 'region', region: partById(part).region }]
}

/** The frame that is shown, within the motion. */
export const shownFrame = ({ edited }: PoseSession): number =>
  Math.max(0, Math.min(edited.frames - 1, transport.store.getState().frame))

/** The edited pose of a frame, `[134, 3]`. */
export const pointsOf = ({ edited }: PoseSession, frame: number): Float32Array =>
  edited.data.subarray(frame * POSE_STRIDE, (frame + 1) * POSE_STRIDE)

/** Where a gesture that is no drag of the pointer writes. */
function target(session: PoseSession, part: PartId) {
  const frame = shownFrame(session)
  const { frames } = session.edited
  const { layers, id } = layerForKeys(
    session.layers.value,
    session.view.layer,
    frame,
    frames,
    partById(part).label,
  )
  return { frame, frames, layers, layer: id, points: pointsOf(session, frame), free: false }
}

/** Sets values of a track at the frame that is shown; values are what is seen, whatever the layer counts. */
export function setTrackValues(
  session: PoseSession,
  part: PartId,
  track: TrackSpec,
  values: KeyValues,
  gesture?: string,
): void {
  const { layers, layer, frame } = target(session, part)
  session.layers.change(editKeys(layers, layer, frame, [{ track, values }]), gesture)
  session.show({ layer })
}

/** Moves a track by a distance as it is seen. */
export function shiftTrack(
  session: PoseSession,
  part: PartId,
  track: TrackSpec,
  by: { x: number; y: number },
  gesture?: string,
): void {
  const { layers, layer, frame, frames } = target(session, part)
  const found = layers.find((one) => one.id === layer)
  const weight = found ? Math.max(0.05, layerWeight(found, frame, frames)) : 1
  const now = trackValues(findTrack(found, track), track, frame)
  const values = { dx: now.dx + by.x / weight, dy: now.dy + by.y / weight }
  session.layers.change(editKeys(layers, layer, frame, [{ track, values }]), gesture)
  session.show({ layer })
}

/** K: keys for the selected parts as they are now, for all that is keyed already or as a first key. */
export function keySelected(session: PoseSession): void {
  const { parts } = session.view
  if (parts.length === 0) return
  let { layers, layer, frame } = target(session, parts[0])
  for (const part of parts) {
    const found = layers.find((one) => one.id === layer)
    const here = keyFramesOf(found, part)
    if (here.includes(frame)) continue
    const edits: KeyEdit[] = keyedSpecs(found, part).map((track) => ({ track, values: {} }))
    layers = editKeys(layers, layer, frame, edits)
  }
  session.layers.change(layers)
  session.show({ layer })
}

function keyedSpecs(layer: Parameters<typeof findTrack>[0], part: PartId): TrackSpec[] {
  const all: TrackSpec[] = [...usualTracks(part), ...otherTracks(part)]
  const keyed = all.filter((spec) => findTrack(layer, spec))
  return keyed.length > 0 ? keyed : usualTracks(part)
}

function otherTracks(part: PartId): TrackSpec[] {
  const arm = ARM_OF[part]
  const hand = HAND_OF[part]
  if (hand) return [{ part: 'fingers', hand: hand.side }]
  if (!arm) return part === 'body' ? [{ part: 'region', region: 'upperBody' }] : []
  return [
    { part: 'joint', joint: arm.elbow, ik: false, follow: false },
    { part: 'joint', joint: arm.elbow, ik: false, follow: true },
    { part: 'joint', joint: arm.wrist, ik: false, follow: true },
    { part: 'joint', joint: arm.shoulder, ik: false, follow: true },
    { part: 'region', region: partById(part).region },
  ]
}

export function removeKeysHere(session: PoseSession): void {
  const { layer, parts } = session.view
  if (!layer) return
  const frame = shownFrame(session)
  let layers = [...session.layers.value]
  for (const part of parts) layers = removeKeys(layers, layer, part, frame)
  session.layers.change(layers)
}

export function mirrorSelected(session: PoseSession): void {
  const { layer, parts } = session.view
  if (!layer) return
  let layers = [...session.layers.value]
  for (const part of parts) layers = mirrorPart(layers, layer, part)
  session.layers.change(layers)
}

export function clearSelected(session: PoseSession): void {
  const { layer, parts } = session.view
  if (!layer) return
  let layers = [...session.layers.value]
  for (const part of parts) layers = clearPart(layers, layer, part)
  session.layers.change(layers)
}

export function copySelected(session: PoseSession): void {
  const [part] = session.view.parts
  if (part) session.show({ copied: { part, points: pointsOf(session, shownFrame(session)).slice() } })
}

export function pasteCopied(session: PoseSession): void {
  const { copied } = session.view
  if (!copied) return
  const to = target(session, copied.part)
  session.layers.change(withoutEmpty(pastePart(to, copied)))
  session.show({ layer: to.layer, parts: [copied.part] })
}

/** Q and E. */
export function swivelSelected(session: PoseSession, by: number, gesture: string): void {
  const part = session.view.parts.find((one) => one === 'leftArm' || one === 'rightArm')
  if (part !== 'leftArm' && part !== 'rightArm') return
  const to = target(session, part)
  session.layers.change(swivelElbow(to, part, by), gesture)
  session.show({ layer: to.layer })
}
