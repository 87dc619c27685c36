import sharp from 'sharp'
import type { ImageValue } from '../../nodes/core/values'

/**
 * A person drawn from keypoints, so that picture and pose agree exactly: blue sweater with stripes, grey-blue sleeves
 * with an outline, skin, dark hair, in front of a wall with a shelf. For portraits without a file.
 */
export interface PortraitOptions {
  /** Adds an alpha channel that is transparent in the upper left corner. */
  alpha?: boolean
}

export const SKIN = [226, 170, 132]
export const SLEEVE = [143, 169, 196]
export const IRIS = [70, 105, 60]

/** @param pose 134 × (x, y, score) px of the picture */
export async function drawPortrait(
  pose: Float32Array,
  width: number,
  height: number,
  options: PortraitOptions = {},
): Promise<ImageValue> {
  const svg = Buffer.from(portraitSvg(pose, width, height))
  const channels = options.alpha ? 4 : 3
  let image = sharp(svg).resize(width, height, { fit: 'fill' })
  image = options.alpha ? image.ensureAlpha() : image.removeAlpha()
  const data = new Uint8Array(await image.raw().toBuffer())
  if (options.alpha) {
    for (let y = 0; y < height / 8; y++) for (let x = 0; x < width / 8; x++) data[4 * (y * width + x) + 3] = 0
  }
  return { width, height, channels, data }
}

function portraitSvg(pose: Float32Array, width: number, height: number): string {
  const at = (i: number): [number, number] => [pose[3 * i], pose[3 * i + 1]]
  const unit = Math.hypot(at(2)[0] - at(5)[0], at(2)[1] - at(5)[1])
  const path = (ids: number[]) => `M${ids.map((i) => at(i).join(' ')).join('L')}`
  const line = (ids: number[], colour: string, w: number) =>
    `<path d="${path(ids)}" fill="none" stroke="${colour}" stroke-width="${w * unit}" stroke-linecap="round" stroke-linejoin="round"/>`
  const skin = `rgb(${SKIN.join(',')})`
  const sleeve = `rgb(${SLEEVE.join(',')})`
  const [chin, brow] = [at(32), at(43)]
  const headY = (chin[1] + brow[1]) / 2
  const stripes = Array.from({ length: 9 }, (_, k) => {
    const y = at(2)[1] + (0.25 + 0.2 * k) * unit
    return `<path d="M${at(2)[0] - 0.05 * unit} ${y}H${at(5)[0] + 0.05 * unit}" stroke="#3f6a99" stroke-width="${0.03 * unit}"/>`
  }).join('')
  const arm = (ids: number[]) => line(ids, '#41566c', 0.33) + line(ids, sleeve, 0.3)
  const hand = (first: number) => {
    const finger = (k: number) => [0, 1, 2, 3, 4].map((j) => first + (j === 0 ? 0 : 4 * k + j))
    const palm = [0, 1, 5, 9, 13, 17].map((j) => first + j)
    return (
      [0, 1, 2, 3, 4].map((k) => line(finger(k), '#9a6142', 0.085)).join('') +
      `<path d="${path(palm)}Z" fill="${skin}" stroke="${skin}" stroke-width="${0.07 * unit}" stroke-linejoin="round"/>` +
      [0, 1, 2, 3, 4].map((k) => line(finger(k), skin, 0.065)).join('')
    )
  }
  const eye = (first: number) => {
    const ids = [0, 1, 2, 3, 4, 5].map((k) => first + k)
    const cx = (at(first)[0] + at(first + 3)[0]) / 2
    const cy = (at(first)[1] + at(first + 3)[1]) / 2
    const r = 0.22 * Math.hypot(at(first)[0] - at(first + 3)[0], at(first)[1] - at(first + 3)[1])
    return (
      `<path d="${path(ids)}Z" fill="#f4f1ec" stroke="#33211a" stroke-width="${0.008 * unit}"/>` +
      `<circle cx="${cx}" cy="${cy}" r="${r}" fill="rgb(${IRIS.join(',')})"/>`
    )
  }
  const range = (a: number, b: number) => Array.from({ length: b - a + 1 }, (_, k) => a + k)
  const shelf = [0.16, 0.3]
    .map((y) => `<path d="M0 ${y * height}H${width}" stroke="#8a6d52" stroke-width="${0.02 * unit}"/>`)
    .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs><linearGradient id="wall" x2="0" y2="1"><stop stop-color="#e6dcc6"/><stop offset="1" stop-color="#b9b29f"/></linearGradient></defs>
  <rect width="100%" height="100%" fill="url(#wall)"/>${shelf}
  <ellipse cx="${chin[0]}" cy="${headY}" rx="${0.43 * unit}" ry="${0.58 * unit}" fill="#3a2a22"/>
  ${line([32, 1], '#c98f6c', 0.3)}
  <path d="M${at(2)[0] - 0.1 * unit} ${height}V${at(2)[1] - 0.05 * unit}Q${at(2)[0]} ${at(2)[1] - 0.16 * unit} ${at(1)[0]} ${at(1)[1] - 0.12 * unit}Q${at(5)[0]} ${at(5)[1] - 0.16 * unit} ${at(5)[0] + 0.1 * unit} ${at(5)[1] - 0.05 * unit}V${height}Z" fill="#2f5580"/>
  ${stripes}
  <path d="${path(range(24, 40))}Q${at(40)[0]} ${brow[1] - 0.35 * unit} ${chin[0]} ${brow[1] - 0.36 * unit}Q${at(24)[0]} ${brow[1] - 0.35 * unit} ${at(24).join(' ')}Z" fill="${skin}"/>
  ${line(range(41, 45), '#33211a', 0.022)}${line(range(46, 50), '#33211a', 0.022)}
  ${line(range(51, 54), '#c08a66', 0.015)}${line(range(55, 59), '#a9704f', 0.012)}
  ${eye(60)}${eye(66)}
  <path d="${path(range(72, 83))}Z" fill="#a8484a"/><path d="${path(range(84, 91))}Z" fill="#3c1614"/>
  ${arm([2, 3, 4])}${hand(113)}${arm([5, 6, 7])}${hand(92)}
  </svg>`
}
