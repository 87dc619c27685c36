import type { Metadata } from 'sharp'
import { StudioError } from '../../core/errors'
import type { ImageValue } from '../../core/values'
import { fileBytes, readBytes } from './read-bytes'
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff'
import { otherKind, unreadable } from './unreadable'

/** Most pixels a picture may have: 64 megapixels decode to 192 MB. */
export const MAX_IMAGE_PIXELS = 64_000_000

/** A portrait with fewer pixels on a side shows no face that could be used. */
export const MIN_IMAGE_SIDE = 64

/** What the header of a picture says; width and height are as it is to be seen, after EXIF rotation. */
export interface ImageHeader {
  width: number
  height: number
  sniffed: Sniffed
  metadata: Metadata
}

/**
 * Reads the header of a picture; no pixel is decoded.
 *
 * @throws StudioError `image/unreadable` when it is no PNG, JPEG, WebP, AVIF or GIF, `image/too-large` when it has more
 *   than `MAX_IMAGE_PIXELS`, `asset/missing`
 */
export async function readImageHeader(file: string): Promise<ImageHeader> {
  await fileBytes(file)
  const sniffed = sniff(await readBytes(file, 0, SNIFF_BYTES))
  if (sniffed.kind !== 'image') throw otherKind('image', sniffed)
  const { default: sharp } = await import('sharp')
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch((cause) => {
      throw unreadable('image', sniffed, 'it is cut off or damaged', cause)
    })
  // EXIF orientations 5 to 8 lie on their side. `pageHeight` is that of one frame of an animation.
  const { autoOrient } = metadata
  const { width } = autoOrient
  const height = metadata.pageHeight ?? autoOrient.height
  if (width * height > MAX_IMAGE_PIXELS) {
    const most = Math.round(MAX_IMAGE_PIXELS / 1e6)
    throw new StudioError(
      'image/too-large',
      `The picture has ${width} × ${height} pixels (${Math.round((width * height) / 1e6)} megapixels); at most ${most} megapixels can be used.`,
      { hint: 'Make it smaller first; 2,000 pixels on a side are plenty.' },
    )
  }
  return { width, height, sniffed, metadata }
}

/**
 * Decodes a picture to 8-bit sRGB with three channels, the right way up.
 *
 * EXIF rotation and colour profiles are applied, CMYK is converted, transparent areas come to lie on white. Of an
 * animation the first frame is taken.
 *
 * @returns the picture, and notes on what was done to it
 * @throws StudioError `image/unreadable`, `image/too-large`, `image/too-small`, `asset/missing`
 */
export async function decodeImage(file: string): Promise<{ image: ImageValue; notes: string[] }> {
  const { width, height, sniffed, metadata } = await readImageHeader(file)
  if (width < MIN_IMAGE_SIDE || height < MIN_IMAGE_SIDE) {
    throw new StudioError(
      'image/too-small',
      `The picture has ${width} × ${height} pixels; at least ${MIN_IMAGE_SIDE} × ${MIN_IMAGE_SIDE} are needed.`,
      { hint: 'Use a larger picture.' },
    )
  }
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(file, { failOn: 'error', limitInputPixels: MAX_IMAGE_PIXELS, pages: 1 })
    .autoOrient()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => {
      throw unreadable('image', sniffed, 'it is cut off or damaged', cause)
    })
  const { rgb, transparent } = onWhite(data, info.channels)
  const notes = notesOn(metadata)
  if (transparent > 0) notes.push('Transparent areas were put on white.')
  return { image: { width: info.width, height: info.height, channels: 3, data: rgb }, notes }
}

function notesOn(metadata: Metadata): string[] {
  const notes: string[] = []
  if ((metadata.pages ?? 1) > 1)
    notes.push(`It is an animation of ${metadata.pages} frames; the first was taken.`)
  if (metadata.space === 'cmyk') notes.push('CMYK colours were converted to sRGB.')
  if ((metadata.orientation ?? 1) > 1) notes.push('It was turned upright, as its EXIF orientation says.')
  if (metadata.depth !== 'uchar') notes.push('Colours were rounded to 8 bits.')
  return notes
}

/** Drops the alpha channel, if any, by laying the picture on white; counts pixels that were not opaque. */
function onWhite(data: Uint8Array, channels: number): { rgb: Uint8Array; transparent: number } {
  if (channels === 3) return { rgb: new Uint8Array(data), transparent: 0 }
  const pixels = data.length / channels
  const rgb = new Uint8Array(pixels * 3)
  let transparent = 0
  for (let i = 0; i < pixels; i++) {
    const alpha = channels === 4 ? data[i * 4 + 3] : channels === 2 ? data[i * 2 + 1] : 255
    if (alpha < 255) transparent++
    for (let c = 0; c < 3; c++) {
      const value = data[i * channels + (channels >= 3 ? c : 0)]
      rgb[i * 3 + c] = Math.round((value * alpha + 255 * (255 - alpha)) / 255)
    }
  }
  return { rgb, transparent }
}
