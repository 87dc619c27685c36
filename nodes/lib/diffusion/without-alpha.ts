import type { Picture } from '../../../models/pictures/picture'
import type { ImageValue } from '../../core/values'

/** RGB, over white where the picture is transparent. */
export function withoutAlpha({ width, height, channels, data }: ImageValue): Picture {
  if (channels === 3) return { width, height, channels, data }
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) {
    const alpha = data[4 * i + 3] / 255
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = Math.round(255 + alpha * (data[4 * i + c] - 255))
  }
  return { width, height, channels: 3, data: rgb }
}
