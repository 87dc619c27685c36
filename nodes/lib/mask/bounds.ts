/** Rows `top…bottom` and columns `left…right` of a plane, the ends excluded. */
export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

/** The smallest bounds that hold every level above 0 of a `[height, width]` plane; null for an empty plane. */
export function boundsOf(plane: Uint8Array, width: number, height: number): Bounds | null {
  const isEmpty = (y: number) => !plane.subarray(y * width, (y + 1) * width).some((v) => v !== 0)
  let top = 0
  while (top < height && isEmpty(top)) top++
  if (top === height) return null
  let bottom = height
  while (isEmpty(bottom - 1)) bottom--
  let left = width
  let right = 0
  for (let y = top; y < bottom; y++) {
    const row = y * width
    for (let x = 0; x < left; x++) if (plane[row + x] !== 0) left = x
    for (let x = width - 1; x >= right; x--) if (plane[row + x] !== 0) right = x + 1
  }
  return { left, top, right, bottom }
}

/** `bounds` moved outwards by `by` pixels, cut at the plane. */
export function widenBounds(bounds: Bounds, by: number, width: number, height: number): Bounds {
  return {
    left: Math.max(0, bounds.left - by),
    top: Math.max(0, bounds.top - by),
    right: Math.min(width, bounds.right + by),
    bottom: Math.min(height, bounds.bottom + by),
  }
}

/** A copy of the part of a plane, `[bottom − top, right − left]`. */
export function cropPlane(
  plane: Uint8Array,
  width: number,
  { left, top, right, bottom }: Bounds,
): Uint8Array {
  const out = new Uint8Array((bottom - top) * (right - left))
  for (let y = top; y < bottom; y++) {
    out.set(plane.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  }
  return out
}

/** A plane of `[height, width]` that is 0 outside `bounds` and holds `part` inside. */
export function placePlane(part: Uint8Array, width: number, height: number, bounds: Bounds): Uint8Array {
  const { left, top, right, bottom } = bounds
  const out = new Uint8Array(width * height)
  for (let y = top; y < bottom; y++) {
    const from = (y - top) * (right - left)
    out.set(part.subarray(from, from + right - left), y * width + left)
  }
  return out
}
