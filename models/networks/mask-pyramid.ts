import { resizeLinear, rint } from '../pictures/opencv-resize'
import { blankPicture, type Picture } from '../pictures/picture'
import { resizeLikePillow } from '../pictures/pillow-resize'

/** What the denoising UNet was trained on: the size that is blurred, and the kernels (taps) for face and lips. */
export const MASK_BLUR = { size: 64, face: 31, lips: 21 } as const

/** Of one level of the UNet. */
interface MaskSize {
  width: number
  height: number
}

/** The UNet's four levels for 512-pixel frames: 64 latents, halved three times. */
const MASK_SIZES: readonly MaskSize[] = [64, 32, 16, 8].map((side) => ({ width: side, height: side }))

/**
 * The mask of one frame as the audio attention reads it (stage2.md §15.1, stage1.md §10): flat planes
 * `[height · width]` of 0 … 1, one for each of `sizes`. Bit-exact with the original's OpenCV and Pillow.
 *
 *   frame   `[height, width, 1 or 3]`; a plane and the same plane three times give the same
 *   taps    of the blur, an odd number
 */
export function maskPyramid(frame: Picture, taps: number, sizes = MASK_SIZES): Float32Array[] {
  const small = resizeLinear(frame, MASK_BLUR.size, MASK_BLUR.size)
  const grey = greyOf(blurAndStretch(small, taps))
  return sizes.map(({ width, height }) =>
    Float32Array.from(resizeLikePillow(grey, width, height, 'bilinear').data, (value) => value / 255),
  )
}

/**
 * The full mask: 1 + lips at every level. The original computes 1 − face and overwrites it (stage2.md §17.2); the
 * published weights have been judged with this.
 */
export const fullMask = (lips: readonly Float32Array[]): Float32Array[] =>
  lips.map((level) => level.map((value) => 1 + value))

/**
 * Gaussian blur in OpenCV's 8-bit fixed point, then the least sample of the whole picture to 0 and the largest to 255.
 * A picture of one value becomes black, also a white one.
 */
export function blurAndStretch(picture: Picture, taps: number): Picture {
  const blurred = blur(picture, gaussianKernel(taps))
  let [least, most] = [255, 0]
  for (const value of blurred.data) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const scale = most > least ? 255 / (most - least) : 0
  return { ...blurred, data: blurred.data.map((value) => rint((value - least) * scale)) }
}

/** Pillow's luma of RGB; a single plane is its own. */
export function greyOf(picture: Picture): Picture {
  const { data, width, height, channels } = picture
  if (channels === 1) return picture
  const grey = blankPicture(width, height, 1)
  for (let i = 0, at = 0; i < grey.data.length; i++, at += channels)
    grey.data[i] = (19595 * data[at] + 38470 * data[at + 1] + 7471 * data[at + 2] + 32768) >> 16
  return grey
}

/**
 * Weights times 256 of a Gaussian with σ = 0.3·((taps − 1)/2 − 1) + 0.8, rounded from the outside inwards with the error
 * carried on; the centre takes what is left of 256.
 */
export function gaussianKernel(taps: number): Int32Array {
  const half = (taps - 1) / 2
  const sigma = 0.3 * (half - 1) + 0.8
  const raw = Array.from({ length: taps }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma ** 2)))
  const sum = raw.reduce((a, b) => a + b, 0)
  const kernel = new Int32Array(taps)
  let [error, used] = [0, 0]
  for (let i = 0; i < half; i++) {
    const wanted = (raw[i] / sum) * 256 + error
    kernel[i] = rint(wanted)
    kernel[taps - 1 - i] = kernel[i]
    error = wanted - kernel[i]
    used += 2 * kernel[i]
  }
  kernel[half] = 256 - used
  return kernel
}

/** Borders are mirrored without repeating the edge; nothing is rounded between the passes. */
function blur(picture: Picture, kernel: Int32Array): Picture {
  const { data, width, height, channels } = picture
  const half = (kernel.length - 1) / 2
  const row = width * channels
  const sums = new Int32Array(data.length)
  for (let x = 0; x < width; x++) {
    for (const [k, weight] of kernel.entries()) {
      const from = mirrored(x + k - half, width)
      for (let y = 0; y < height; y++)
        for (let c = 0; c < channels; c++)
          sums[y * row + x * channels + c] += weight * data[y * row + from * channels + c]
    }
  }
  const out = blankPicture(width, height, channels)
  const rowSums = new Int32Array(row)
  for (let y = 0; y < height; y++) {
    rowSums.fill(32768)
    for (const [k, weight] of kernel.entries()) {
      const from = mirrored(y + k - half, height) * row
      for (let i = 0; i < row; i++) rowSums[i] += weight * sums[from + i]
    }
    for (let i = 0; i < row; i++) out.data[y * row + i] = rowSums[i] >> 16
  }
  return out
}

function mirrored(index: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const at = ((index % period) + period) % period
  return at < length ? at : period - at
}
