/**
 * A frame rate as a ratio of whole numbers, as containers store it: 25 → 25/1, 12.5 → 25/2, 29.97 → 30000/1001.
 *
 * Rates within 0.001 of an NTSC rate (whole · 1000/1001) are taken for it; others are matched to nine digits.
 */
export function fpsRatio(fps: number): { num: number; den: number } {
  if (!(fps > 0 && fps <= 1000)) throw new RangeError(`a frame rate of ${fps} frames a second`)
  const whole = Math.round(fps)
  if (Math.abs(fps - whole) < 1e-9) return { num: whole, den: 1 }
  const ntsc = Math.round(fps * 1.001)
  if (Math.abs((ntsc * 1000) / 1001 - fps) < 0.001) return { num: ntsc * 1000, den: 1001 }
  return continuedFraction(fps)
}

/** Best approximation with a denominator of at most 10,000. */
function continuedFraction(value: number): { num: number; den: number } {
  let [num, den, lastNum, lastDen] = [Math.floor(value), 1, 1, 0]
  let rest = value - num
  while (rest > 1e-9 && Math.abs(num / den - value) > 1e-9) {
    const inverse = 1 / rest
    const digit = Math.floor(inverse)
    const nextDen = digit * den + lastDen
    if (nextDen > 10_000) break
    ;[num, den, lastNum, lastDen] = [digit * num + lastNum, nextDen, num, den]
    rest = inverse - digit
  }
  return { num, den }
}
