import { distanceToSegment } from './geometry'
import { HAND_BONES } from './hand-bones'
import { FINGERS } from './keypoints'

/** Bones that may share a vertex of the hand. */
export const SHARED = 4

/** Which bones of the hand move which vertex of a mesh. */
export class HandWeights {
  /** `SHARED` per vertex. */
  readonly bones: Int8Array
  readonly weights: Float32Array
  /** Unit vector from wrist to the mean knuckle, and that distance in px. */
  readonly px: number
  readonly py: number
  readonly palm: number

  constructor(
    vertices: number,
    /** 21 points in the portrait, pairs in px. */
    private readonly hand: Float64Array,
  ) {
    this.bones = new Int8Array(SHARED * vertices)
    this.weights = new Float32Array(SHARED * vertices)
    let px = 0
    let py = 0
    for (let k = 5; k <= 17; k += 4) {
      px += (hand[2 * k] - hand[0]) / 4
      py += (hand[2 * k + 1] - hand[1]) / 4
    }
    this.palm = Math.max(1, Math.hypot(px, py))
    this.px = px / this.palm
    this.py = py / this.palm
  }

  /** Distance of a place to the nearest finger, px. */
  toFinger(x: number, y: number): number {
    let nearest = Number.POSITIVE_INFINITY
    for (const finger of FINGERS) {
      for (let k = 1; k < 4; k++)
        nearest = Math.min(nearest, handDistance(this.hand, finger[k], finger[k + 1], x, y))
    }
    return nearest
  }

  /** Computes the weights of a vertex; returns 0 for one of the palm, 1…5 from the little finger to the thumb. */
  weigh(i: number, x: number, y: number): number {
    const { hand } = this
    const distance = new Float64Array(HAND_BONES)
    distance[0] = Number.POSITIVE_INFINITY
    FINGERS.forEach((finger, f) => {
      distance[0] = Math.min(distance[0], handDistance(hand, finger[0], finger[1], x, y))
      for (let k = 1; k < 4; k++)
        distance[1 + 3 * f + k - 1] = handDistance(hand, finger[k], finger[k + 1], x, y)
    })
    for (let f = 1; f < 4; f++)
      distance[0] = Math.min(distance[0], handDistance(hand, FINGERS[f][1], FINGERS[f + 1][1], x, y))
    const order = Array.from(distance.keys()).sort((a, b) => distance[a] - distance[b])
    const sigma = 0.085 * this.palm
    const nearest = distance[order[0]]
    let sum = 0
    for (let k = 0; k < SHARED; k++) {
      const bone = order[k]
      const w = Math.exp((nearest * nearest - distance[bone] * distance[bone]) / (2 * sigma * sigma))
      this.bones[SHARED * i + k] = bone
      this.weights[SHARED * i + k] = w
      sum += w
    }
    for (let k = 0; k < SHARED; k++) this.weights[SHARED * i + k] /= sum
    // Palm first, then little finger to thumb.
    return order[0] === 0 ? 0 : 5 - Math.floor((order[0] - 1) / 3)
  }
}

const handDistance = (hand: Float64Array, a: number, b: number, x: number, y: number): number =>
  distanceToSegment(x, y, hand[2 * a], hand[2 * a + 1], hand[2 * b], hand[2 * b + 1])
