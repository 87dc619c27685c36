/** Powers below this count as this: −100 dB. */
const FLOOR = 1e-10

/** Decibels below the loudest value of the clip at which the scale ends. */
const RANGE_DB = 80

/**
 * Powers to decibels in place, `10·log10(max(1e-10, p))`, then cut off 80 dB below the largest value of the whole
 * array (stage 1 reference, section 2.1).
 */
export function toDecibels(powers: Float32Array): void {
  let loudest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < powers.length; i++) {
    const db = 10 * Math.log10(Math.max(FLOOR, powers[i]))
    powers[i] = db
    if (db > loudest) loudest = db
  }
  const lowest = loudest - RANGE_DB
  for (let i = 0; i < powers.length; i++) if (powers[i] < lowest) powers[i] = lowest
}
