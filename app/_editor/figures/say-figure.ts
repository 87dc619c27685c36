/** Three figures say more than one digit pattern for all: large ones whole, small ones with what counts. */
export function sayFigure(value: number): string {
  if (Number.isInteger(value)) return String(value)
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return Math.abs(value) < 0.001 ? value.toExponential(1) : value.toPrecision(3)
}

/**
 * `+0.12`, `−3`, `=`; `≈` where it is less than the last digit that is shown.
 *
 * @param value that it leads to; a difference has no more places than the two values it lies between
 */
export function sayDifference(difference: number, value: number): string {
  if (difference === 0) return '='
  const from = value - difference
  const amount = Math.abs(difference)
  const isTiny = Math.max(Math.abs(value), Math.abs(from)) < 0.001
  const digits = isTiny ? sayFigure(amount) : amount.toFixed(Math.max(places(value), places(from)))
  return Number(digits) === 0 ? '≈' : `${difference > 0 ? '+' : '−'}${digits}`
}

const places = (value: number): number => sayFigure(value).split('.')[1]?.length ?? 0
