/** A part of a recording, in samples or frames. */
export interface Slice {
  start: number
  length: number
}

export interface SliceOptions {
  strideSeconds: number
  lengthSeconds: number
}

/** Of the original's scripts; everything else there has 25 frames per second. */
const SCRIPT_FPS = 24

/**
 * How the original cuts recordings into training clips: the first window is left out, and so is what is shorter than
 * one at the end. Source: reference/stage1.md, section 1.3; what is odd about it in section 14, numbers 1 to 4.
 */
export function sliceAudio(samples: number, sampleRate: number, options: SliceOptions): Slice[] {
  return windows(samples, sampleRate, options)
}

/** The same of features, at 24 frames per second; `limit` is the number of slices of the audio. */
export function sliceFeatures(frames: number, options: SliceOptions, limit: number): Slice[] {
  return windows(frames, SCRIPT_FPS, options).slice(0, limit)
}

/** And of poses: each slice has the frame before it, as the pose it starts with. */
export function slicePoses(frames: number, options: SliceOptions, limit: number): Slice[] {
  return sliceFeatures(frames, options, limit).map(({ start, length }) => ({
    start: start - 1,
    length: length + 1,
  }))
}

function windows(total: number, rate: number, { strideSeconds, lengthSeconds }: SliceOptions): Slice[] {
  const [length, stride] = [Math.trunc(lengthSeconds * rate), Math.trunc(strideSeconds * rate)]
  const slices: Slice[] = []
  for (let start = stride; start <= total - length; start += stride) slices.push({ start, length })
  return slices
}
