/** 8-bit samples `[height, width, channels]`. */
export interface Picture {
  data: Uint8Array
  width: number
  height: number
  channels: number
}

export const blankPicture = (width: number, height: number, channels: number): Picture => ({
  data: new Uint8Array(width * height * channels),
  width,
  height,
  channels,
})

/** The first three channels in the opposite order: RGB as BGR, or the other way round; alpha is dropped. */
export function swapRedAndBlue(picture: Picture): Picture {
  const { width, height, channels } = picture
  const out = blankPicture(width, height, 3)
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) out.data[3 * i + c] = picture.data[channels * i + 2 - c]
  return out
}

/**
 * Samples as float32 planes `[channels, height, width]`, each through `value(sample, channel)`. The function is asked
 * once for each of the 256 samples and each channel.
 */
export function toPlanes(picture: Picture, value: (sample: number, channel: number) => number): Float32Array {
  const { data, width, height, channels } = picture
  const area = width * height
  const out = new Float32Array(channels * area)
  for (let c = 0; c < channels; c++) {
    const table = Float32Array.from({ length: 256 }, (_, sample) => value(sample, c))
    const plane = out.subarray(c * area, (c + 1) * area)
    for (let i = 0, at = c; i < area; i++, at += channels) plane[i] = table[data[at]]
  }
  return out
}
