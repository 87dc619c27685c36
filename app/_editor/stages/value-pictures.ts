import type { ValueRef } from '../../../nodes/core/value-ref'
import type { StoredRef } from '../../_lib/values/stored-value'
import type { Picture, PictureContext } from './picture'
import { imagePicture, maskPicture, videoPicture } from './picture-layers'
import { skeletonPicture } from './skeleton-picture'
import { speechPicture, waveformPicture } from './sound-pictures'
import { maskStrip, poseStrip, soundStrip } from './strip-pictures'

type Make = (ref: StoredRef, context: PictureContext) => Picture

const PICTURES: Partial<Record<ValueRef['type'], Make>> = {
  image: (ref, context) => imagePicture(ref, context),
  audio: waveformPicture,
  speech: speechPicture,
  pose: skeletonPicture,
  mask: maskPicture,
  video: videoPicture,
}

const STRIPS: Partial<Record<ValueRef['type'], Make>> = {
  pose: poseStrip,
  mask: maskStrip,
  video: soundStrip,
}

/** How much of the portrait shows below a skeleton or a mask. */
const BELOW = { pose: 0.45, mask: 0.7 } as const

const isStored = (ref: ValueRef | undefined): ref is StoredRef => ref !== undefined && 'blobs' in ref

/** Whether a value is shown on a canvas. */
export const isPainted = (ref: ValueRef): ref is StoredRef => isStored(ref) && ref.type in PICTURES

/** The layers of a stage; `under` is the portrait below a pose or mask. */
export function picturesOf(
  ref: ValueRef,
  under: ValueRef | undefined,
): (context: PictureContext) => Picture[] {
  return (context) => {
    if (!isPainted(ref)) return []
    const top = PICTURES[ref.type]?.(ref, context)
    const below =
      (ref.type === 'pose' || ref.type === 'mask') && isStored(under)
        ? [imagePicture(under, context, BELOW[ref.type])]
        : []
    // The portrait takes the place of the canvas of the pose, whatever its own size: they are the same picture.
    return [...below, ...(top ? [top] : [])]
  }
}

export function stripOf(ref: ValueRef): ((context: PictureContext) => Picture[]) | undefined {
  const make = STRIPS[ref.type]
  const moves = isStored(ref) && ref.meta.frames !== 1
  return make && moves ? (context) => [make(ref, context)] : undefined
}

/** Seconds of a value that has a time axis. */
export function secondsOf(ref: ValueRef | undefined): number {
  if (!isStored(ref)) return 0
  const { frames, fps, sampleRate } = ref.meta as { frames?: number; fps?: number; sampleRate?: number }
  if (frames && fps) return frames / fps
  const samples = ref.blobs.channel0
  return samples && sampleRate ? samples.size / 4 / sampleRate : 0
}
