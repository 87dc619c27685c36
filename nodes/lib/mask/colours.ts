/** Where a grey level of a mask is taken from a picture. */
export const LEVEL_SOURCES = ['luma', 'red', 'green', 'blue'] as const
export type LevelSource = (typeof LEVEL_SOURCES)[number]

/**
 * Lays planes into the colours of pictures.
 *
 * @param channels planes for red, green and blue, `[pixels]` each; null leaves the colour black
 * @param pixels   number of pixels
 * @returns sRGB `[pixels, 3]`
 */
export function planesToColours(
  channels: readonly [Uint8Array | null, Uint8Array | null, Uint8Array | null],
  pixels: number,
): Uint8Array {
  const out = new Uint8Array(pixels * 3)
  channels.forEach((plane, c) => {
    if (!plane) return
    for (let i = 0, at = c; i < pixels; i++, at += 3) out[at] = plane[i]
  })
  return out
}

/**
 * One plane out of pictures. Luma weighs the colours by Rec. 709 in 1/256, which gives grey back exactly.
 *
 * @param colours sRGB `[pixels, 3]`
 * @returns `[pixels]`
 */
export function coloursToPlane(colours: Uint8Array, source: LevelSource): Uint8Array {
  const out = new Uint8Array(colours.length / 3)
  if (source === 'luma') {
    for (let i = 0, at = 0; i < out.length; i++, at += 3) {
      out[i] = (54 * colours[at] + 183 * colours[at + 1] + 19 * colours[at + 2] + 128) >> 8
    }
    return out
  }
  const first = LEVEL_SOURCES.indexOf(source) - 1
  for (let i = 0, at = first; i < out.length; i++, at += 3) out[i] = colours[at]
  return out
}

/** Levels from `threshold` on become 255, others 0; as a new plane. */
export function thresholdPlane(plane: Uint8Array, threshold: number): Uint8Array {
  const out = new Uint8Array(plane.length)
  for (let i = 0; i < out.length; i++) out[i] = plane[i] >= threshold ? 255 : 0
  return out
}
