import { type Picture, toPlanes } from '../pictures/picture'
import { resizeLikePillow } from '../pictures/pillow-resize'

/** Side and statistics that CLIP ViT-L/14 was trained with. */
export const CLIP_SIDE = 224
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711]

/**
 * The portrait for the CLIP encoder, `[3, 224, 224]` around 0 (stage2.md §15.3): resized whatever its aspect, as the
 * original does. The picture is RGB.
 */
export const clipInput = (picture: Picture): Float32Array =>
  toPlanes(
    resizeLikePillow(picture, CLIP_SIDE, CLIP_SIDE, 'bicubic'),
    (sample, channel) => (sample / 255 - CLIP_MEAN[channel]) / CLIP_STD[channel],
  )

/** The portrait for the VAE encoder, `[3, height, width]` in −1 … 1; RGB. */
export const vaeInput = (picture: Picture, width: number, height: number): Float32Array =>
  toPlanes(resizeLikePillow(picture, width, height, 'lanczos'), (sample) => 2 * (sample / 255) - 1)

/** A drawn pose for the pose guider, `[3, height, width]` in 0 … 1; RGB. */
export const poseInput = (picture: Picture, width: number, height: number): Float32Array =>
  toPlanes(resizeLikePillow(picture, width, height, 'lanczos'), (sample) => sample / 255)
