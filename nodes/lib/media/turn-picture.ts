/** A picture `[height, width, 3]` turned clockwise by 90, 180 or 270 degrees; by 0 it is the same one. */
export function turnPicture(
  pixels: Uint8Array,
  width: number,
  height: number,
  degrees: 0 | 90 | 180 | 270,
): Uint8Array {
  if (degrees === 0) return pixels
  const out = new Uint8Array(pixels.length)
  const wide = degrees === 180 ? width : height
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] =
        degrees === 90
          ? [height - 1 - y, x]
          : degrees === 180
            ? [width - 1 - x, height - 1 - y]
            : [y, width - 1 - x]
      const from = (y * width + x) * 3
      const to = (v * wide + u) * 3
      out[to] = pixels[from]
      out[to + 1] = pixels[from + 1]
      out[to + 2] = pixels[from + 2]
    }
  }
  return out
}
