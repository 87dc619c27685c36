import { StudioError } from '../../core/errors'
import { KEYPOINTS, POSE_STRIDE } from '../../core/values'
import { describePoint } from './keypoints'
import { MAX_COORDINATE, MAX_FRAMES } from './limits'

/** Scores that were normalised and back carry a rounding error of 1e-5; that is not worth a note. */
const SCORE_SLACK = 1e-3

/** Collects frames of unknown number, checking every value; memory grows with the frames that really came. */
export class PoseBuilder {
  frames = 0
  /** Points whose score lay outside 0…1 and was moved to the nearer end. */
  clampedScores = 0
  private data = new Float32Array(16 * POSE_STRIDE)

  /**
   * Appends a frame `[134, 3]`.
   * @throws StudioError `pose/not-a-number`, `pose/coordinate` or `pose/too-long`, naming the frame and the point.
   */
  push(frame: ArrayLike<number>): void {
    if (this.frames === MAX_FRAMES) {
      throw new StudioError('pose/too-long', `The pose file has more than ${MAX_FRAMES} frames.`, {
        hint: 'Cut the motion into shorter files.',
      })
    }
    this.reserve(this.frames + 1)
    const at = this.frames * POSE_STRIDE
    for (let i = 0; i < KEYPOINTS; i++) {
      const [x, y, score] = [frame[3 * i], frame[3 * i + 1], frame[3 * i + 2]]
      check(this.frames, i, x, y, score)
      this.data[at + 3 * i] = x
      this.data[at + 3 * i + 1] = y
      this.data[at + 3 * i + 2] = Math.min(1, Math.max(0, score))
      if (score < -SCORE_SLACK || score > 1 + SCORE_SLACK) this.clampedScores++
    }
    this.frames++
  }

  /** Multiplies all coordinates, as for files that give them relative to their canvas; checks them again. */
  scale(sx: number, sy: number): void {
    for (let i = 0; i < this.frames * KEYPOINTS; i++) {
      const [x, y] = [this.data[3 * i] * sx, this.data[3 * i + 1] * sy]
      check(Math.floor(i / KEYPOINTS), i % KEYPOINTS, x, y, this.data[3 * i + 2])
      this.data[3 * i] = x
      this.data[3 * i + 1] = y
    }
  }

  /** Everything so far, `[frames, 134, 3]`. */
  finish(): Float32Array {
    return this.data.slice(0, this.frames * POSE_STRIDE)
  }

  private reserve(frames: number): void {
    if (frames * POSE_STRIDE <= this.data.length) return
    const grown = new Float32Array(Math.min(MAX_FRAMES * POSE_STRIDE, this.data.length * 2))
    grown.set(this.data)
    this.data = grown
  }
}

function check(frame: number, point: number, x: number, y: number, score: number): void {
  if (Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(score)) {
    if (Math.abs(x) <= MAX_COORDINATE && Math.abs(y) <= MAX_COORDINATE) return
    throw new StudioError(
      'pose/coordinate',
      `Frame ${frame}, point ${describePoint(point)} lies at ${x}, ${y}; at most ${MAX_COORDINATE} px are allowed.`,
      { hint: 'Check which program wrote the file, and in which unit.' },
    )
  }
  const [name, value] = !Number.isFinite(x) ? ['x', x] : !Number.isFinite(y) ? ['y', y] : ['score', score]
  throw new StudioError(
    'pose/not-a-number',
    `Frame ${frame}, point ${describePoint(point)}: ${name} is ${value}.`,
    { hint: 'Write a missing point as 0, 0 with score 0.' },
  )
}
