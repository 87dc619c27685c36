import { framesHeard } from '../../nodes/lib/smga/generate-motion'
import { TRAINING_FRAMES } from '../../nodes/lib/speech/hearing-schema'
import { poseSmga } from '../../nodes/pose/smga'

/** Rows of the audio encoder, and frames of SMGA, per second. */
const ROWS_PER_SECOND = 25
/** Rows on either side of a frame that lips hear, and that a change of rate looks at. */
const AROUND = 2
/** Frames that windows of SMGA share by default. */
const { overlap: OVERLAP } = poseSmga.params.parse({})

/** Rows of speech that the first `frames` of a video at `fps` look at. */
export const rowsFor = (frames: number, fps: number): number =>
  Math.ceil(((frames - 1) * ROWS_PER_SECOND) / fps) + 1 + AROUND

/** How much of the speech to describe, and how long gestures to make, for the first `frames` of a video at `fps`. */
export function gesturesFor(frames: number, fps: number): { rows: number; gestures: number } {
  const gestures = fps === ROWS_PER_SECOND ? frames : rowsFor(frames, fps)
  return { gestures, rows: framesHeard(gestures, TRAINING_FRAMES, OVERLAP) }
}
