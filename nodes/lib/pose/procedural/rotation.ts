import { cross, dot, normalise, type Vector } from './rig'

/** Unit quaternion. Acts on (x right, y down, z to the camera) coordinates by the usual formulas. */
export type Rotation = [w: number, x: number, y: number, z: number]

/** The rotation whose columns are h, n × h and n; h and n need not be exactly orthogonal (n yields). */
export function rotationFromAxes(h: Vector, n: Vector): Rotation {
  const along = dot(n, h)
  const across = normalise([n[0] - along * h[0], n[1] - along * h[1], n[2] - along * h[2]])
  // A palm that faces along the fingers has no direction; any one across them will do.
  const z = across ?? normalise(cross(h, Math.abs(h[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0])) ?? [0, 0, 1]
  return fromMatrix(h, cross(z, h), z)
}

/** Columns of a proper rotation matrix → quaternion (Shepperd's method). */
function fromMatrix(a: Vector, b: Vector, c: Vector): Rotation {
  const trace = a[0] + b[1] + c[2]
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1)
    return [s / 4, (b[2] - c[1]) / s, (c[0] - a[2]) / s, (a[1] - b[0]) / s]
  }
  if (a[0] > b[1] && a[0] > c[2]) {
    const s = 2 * Math.sqrt(1 + a[0] - b[1] - c[2])
    return [(b[2] - c[1]) / s, s / 4, (b[0] + a[1]) / s, (c[0] + a[2]) / s]
  }
  if (b[1] > c[2]) {
    const s = 2 * Math.sqrt(1 + b[1] - a[0] - c[2])
    return [(c[0] - a[2]) / s, (b[0] + a[1]) / s, s / 4, (c[1] + b[2]) / s]
  }
  const s = 2 * Math.sqrt(1 + c[2] - a[0] - b[1])
  return [(a[1] - b[0]) / s, (c[0] + a[2]) / s, (c[1] + b[2]) / s, s / 4]
}

/** Columns of the matrix of `q`: images of the three axes. */
export function axesOf([w, x, y, z]: Rotation): [h: Vector, s: Vector, n: Vector] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
  ]
}

/** First `b`, then `a`. */
export const multiply = (a: Rotation, b: Rotation): Rotation => [
  a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
  a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
  a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
  a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
]

/** A turn in the plane of the picture, x toward y. */
export const turnInPlane = (radians: number): Rotation => [Math.cos(radians / 2), 0, 0, Math.sin(radians / 2)]

/**
 * Spherical interpolation `a` → `b` that remembers which way round it went. Two orientations half a turn apart have
 * no shortest way; choosing anew each time would flip between the two. The way changes only when the other one is
 * clearly shorter.
 */
export class SteadySlerp {
  #sign = 1

  constructor(
    /** How much shorter the other way must be, as cosine of the half angle. */
    readonly hysteresis: number,
  ) {}

  between(a: Rotation, b: Rotation, share: number): Rotation {
    let cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    if (cosine * this.#sign < -this.hysteresis) this.#sign = -this.#sign
    const sign = this.#sign
    cosine = Math.max(-1, Math.min(1, cosine * sign))
    const angle = Math.acos(cosine)
    const sine = Math.sin(angle)
    // Nearly equal, or exactly opposite (then any way is as good and the end is the same rotation).
    const [p, q] =
      sine < 1e-6
        ? [1 - share, share]
        : [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine]
    const mixed: Rotation = [
      p * a[0] + q * sign * b[0],
      p * a[1] + q * sign * b[1],
      p * a[2] + q * sign * b[2],
      p * a[3] + q * sign * b[3],
    ]
    const length = Math.hypot(...mixed)
    return length < 1e-9 ? a : [mixed[0] / length, mixed[1] / length, mixed[2] / length, mixed[3] / length]
  }
}
