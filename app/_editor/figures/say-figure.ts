/** Three figures say more than one digit pattern for all: large ones whole, small ones with what counts. */
export function sayFigure(value: number): string {
  if (Number.isInteger(value)) return String(value)
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return Math.abs(value) < 0.001 ? value.toExponential(1) : value.toPrecision(3)
}

/** `+0.12`, `−3`, `=` */
export function sayDifference(difference: number): string {
  if (difference === 0) return '='
  return `${difference > 0 ? '+' : '−'}${sayFigure(Math.abs(difference))}`
}
