import type { ImageValue } from '../../../nodes/core/values'

/** Pixels as a picture that a canvas draws. */
export async function pictureOf({ width, height, channels, data }: ImageValue): Promise<ImageBitmap> {
  const pixels = new Uint8ClampedArray(width * height * 4)
  if (channels === 4) pixels.set(data)
  else {
    for (let i = 0, o = 0; o < pixels.length; i += 3, o += 4) {
      pixels[o] = data[i]
      pixels[o + 1] = data[i + 1]
      pixels[o + 2] = data[i + 2]
      pixels[o + 3] = 255
    }
  }
  return createImageBitmap(new ImageData(pixels, width, height))
}
