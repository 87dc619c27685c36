import type { Steps } from './run-steps'

/** Powers below this count as this: −100 dB. */
const FLOOR = 1e-10

/** Decibels below the loudest value of the clip at which the scale ends. */
const RANGE_DB = 80

/** Values between two pauses: about 4 ms of work. */
const VALUES_PER_STEP = 1 << 17

/**
 * Powers to decibels in place, `10·log10(max(1e-10, p))`, then cut off 80 dB below the largest value of the whole
 * array (stage 1 reference, section 2.1).
 */
export function* toDecibels(powers: Float32Array): Steps<void> {
  let loudest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < powers.length; i++) {
    const db = 10 * Math.log10(Math.max(FLOOR, powers[i]))
    powers[i] = db
    if (db > loudest) loudest = db
    if (i % VALUES_PER_STEP === 0) yield i / powers.length
  }
  const lowest = loudest - RANGE_DB
  for (let i = 0; i < powers.length; i++) if (powers[i] < lowest) powers[i] = lowest
}
