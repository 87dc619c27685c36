/** CIE Lab (D65) of a picture and how fast it changes: what "edge" means to the set-up. */

export interface LabPicture {
  width: number
  height: number
  /** Lightness 0…100 and the two colour axes, about ±60 for real things; each [height, width]. */
  l: Float32Array
  a: Float32Array
  b: Float32Array
  /** |∇Lab| per px: central differences over all three planes. A step of ΔE 20 reads 10. */
  gradient: Float32Array
}

const linear = Float32Array.from({ length: 256 }, (_, i) => {
  const v = i / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
})

const cubeRoot = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)

/** @param rgb sRGB, [height, width, 3] */
export function labPicture(rgb: Uint8Array, width: number, height: number): LabPicture {
  const n = width * height
  const l = new Float32Array(n)
  const a = new Float32Array(n)
  const b = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const r = linear[rgb[3 * i]]
    const g = linear[rgb[3 * i + 1]]
    const bl = linear[rgb[3 * i + 2]]
    const x = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * bl) / 0.95047)
    const y = cubeRoot(0.2126 * r + 0.7152 * g + 0.0722 * bl)
    const z = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * bl) / 1.08883)
    l[i] = 116 * y - 16
    a[i] = 500 * (x - y)
    b[i] = 200 * (y - z)
  }
  const gradient = new Float32Array(n)
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width
    const down = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x++) {
      const left = y * width + Math.max(0, x - 1)
      const right = y * width + Math.min(width - 1, x + 1)
      let sum = 0
      for (const plane of [l, a, b]) {
        const dx = plane[right] - plane[left]
        const dy = plane[down + x] - plane[up + x]
        sum += dx * dx + dy * dy
      }
      gradient[y * width + x] = Math.sqrt(sum) / 2
    }
  }
  return { width, height, l, a, b, gradient }
}

/** A rectangle of a plane. */
export function cropPlane<T extends Uint8Array | Float32Array>(
  plane: T,
  width: number,
  box: { left: number; top: number; width: number; height: number },
): T {
  const out = plane.slice(0, box.width * box.height) as T
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left
    out.set(plane.subarray(from, from + box.width), y * box.width)
  }
  return out
}

/** A rectangle of a picture; gradients stay those of the whole. */
export function cropLab(
  lab: LabPicture,
  box: { left: number; top: number; width: number; height: number },
): LabPicture {
  const crop = (plane: Float32Array) => cropPlane(plane, lab.width, box)
  return {
    width: box.width,
    height: box.height,
    l: crop(lab.l),
    a: crop(lab.a),
    b: crop(lab.b),
    gradient: crop(lab.gradient),
  }
}
