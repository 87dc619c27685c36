import { boundsOf, cropPlane, placePlane, widenBounds } from './bounds'
import { invertPlane } from './combine'
import { MAX_GROW } from './limits'

/**
 * Moves the outline of a plane outwards (or inwards) by an exact Euclidean distance: each pixel takes the largest
 * (smallest) level within the disc of that radius around it, so that soft edges stay as soft as they are.
 * The border of the plane does not count as outline: what touches it goes on beyond.
 *
 * @param plane  `[height, width]`; not changed
 * @param pixels radius in px, −512…512; negative shrinks. Distances are between pixel centres
 * @returns a new plane
 */
export function growPlane(plane: Uint8Array, width: number, height: number, pixels: number): Uint8Array {
  const radius = Math.min(MAX_GROW, Math.abs(pixels))
  if (pixels < 0) return invertPlane(growPlane(invertPlane(plane), width, height, radius))
  const bounds = boundsOf(plane, width, height)
  if (!bounds || radius < 1) return plane.slice()

  const part = widenBounds(bounds, Math.floor(radius), width, height)
  const partWidth = part.right - part.left
  const partHeight = part.bottom - part.top
  const cropped = cropPlane(plane, width, part)
  const grow = cropped.every((v) => v === 0 || v === 255) ? growHard : growSoft
  return placePlane(grow(cropped, partWidth, partHeight, radius), width, height, part)
}

/** Half the chord of the disc, in whole pixels, at a distance of 0, 1, … rows from its centre. */
function chordsOf(radius: number): Int32Array {
  return Int32Array.from({ length: Math.floor(radius) + 1 }, (_, dy) =>
    Math.floor(Math.sqrt(radius * radius - dy * dy)),
  )
}

/**
 * Planes of 0 and 255: for each pixel the distance to the nearest set pixel of its column says how far it reaches to
 * both sides in its row. Time does not depend on the radius.
 */
function growHard(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const chords = chordsOf(radius)
  const far = chords.length
  const above = columnDistances(plane, width, height, far)
  const out = new Uint8Array(plane.length)
  const below = new Int32Array(width).fill(far)
  const edges = new Int32Array(width + 1)
  for (let y = height - 1; y >= 0; y--) {
    edges.fill(0)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      below[x] = plane[i] ? 0 : Math.min(far, below[x] + 1)
      const nearest = Math.min(above[i], below[x])
      if (nearest === far) continue
      edges[Math.max(0, x - chords[nearest])]++
      edges[Math.min(width, x + chords[nearest] + 1)]--
    }
    let covering = 0
    for (let x = 0; x < width; x++) {
      covering += edges[x]
      if (covering > 0) out[y * width + x] = 255
    }
  }
  return out
}

/** Rows up to the nearest set pixel in the same column, `far` if there is none nearer. */
function columnDistances(plane: Uint8Array, width: number, height: number, far: number): Uint16Array {
  const out = new Uint16Array(plane.length)
  for (let i = 0; i < width * height; i++) {
    out[i] = plane[i] ? 0 : i < width ? far : Math.min(far, out[i - width] + 1)
  }
  return out
}

/**
 * Planes with soft edges: the disc as a stack of chords; the largest level under a chord is that under two
 * overlapping windows of a power of two, which are doubled step by step.
 */
function growSoft(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const chords = chordsOf(radius)
  const margin = chords[0]
  const stride = width + 2 * margin
  const windows = new Uint8Array(stride * height) // the largest level of the `span` pixels from here on
  for (let y = 0; y < height; y++) {
    windows.set(plane.subarray(y * width, (y + 1) * width), y * stride + margin)
  }
  const out = new Uint8Array(plane.length)
  for (let span = 1; span <= 2 * margin + 1; span *= 2) {
    for (let dy = 0; dy < chords.length; dy++) {
      const length = 2 * chords[dy] + 1
      if (length < span || length >= 2 * span) continue
      for (const rows of dy === 0 ? [0] : [-dy, dy]) {
        for (let y = Math.max(0, -rows); y < Math.min(height, height - rows); y++) {
          const first = (y + rows) * stride + margin - chords[dy]
          raiseRow(out, y * width, width, windows, first, first + length - span)
        }
      }
    }
    for (let y = 0; y < height; y++) {
      const end = (y + 1) * stride
      for (let i = y * stride; i + span < end; i++) {
        if (windows[i + span] > windows[i]) windows[i] = windows[i + span]
      }
    }
  }
  return out
}

/** Raises `width` levels from `at` to those of `source` from `first` and from `second`. */
function raiseRow(
  out: Uint8Array,
  at: number,
  width: number,
  source: Uint8Array,
  first: number,
  second: number,
): void {
  for (let x = 0; x < width; x++) {
    const a = source[first + x]
    const b = source[second + x]
    const level = a > b ? a : b
    if (level > out[at + x]) out[at + x] = level
  }
}
