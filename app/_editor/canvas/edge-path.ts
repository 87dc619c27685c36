/** Space an edge keeps around cards when it goes back. */
const CLEAR = 24
const RADIUS = 10

/**
 * Path of an edge from an output to an input: forward a horizontal bezier, backward a step around the cards with round
 * corners. In px of the canvas.
 */
export function edgePath(x1: number, y1: number, x2: number, y2: number, below?: number): string {
  const dx = x2 - x1
  if (dx >= 16) {
    const reach = Math.max(28, dx / 2)
    return `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`
  }
  // Out to the right, across between the rows (or below both), in from the left.
  const right = x1 + CLEAR
  const left = x2 - CLEAR
  const between = below ?? (y1 + y2) / 2
  return rounded([
    [x1, y1],
    [right, y1],
    [right, between],
    [left, between],
    [left, y2],
    [x2, y2],
  ])
}

type Corner = readonly [number, number]

function rounded(points: readonly Corner[]): string {
  let path = `M${points[0][0]} ${points[0][1]}`
  for (let i = 1; i < points.length - 1; i++) {
    const [before, at, after] = [points[i - 1], points[i], points[i + 1]]
    const r = Math.min(RADIUS, distance(before, at) / 2, distance(at, after) / 2)
    const [ax, ay] = toward(at, before, r)
    const [bx, by] = toward(at, after, r)
    path += `L${ax} ${ay}Q${at[0]} ${at[1]} ${bx} ${by}`
  }
  const [x, y] = points[points.length - 1]
  return `${path}L${x} ${y}`
}

const distance = (a: Corner, b: Corner) => Math.hypot(a[0] - b[0], a[1] - b[1])

function toward(from: Corner, to: Corner, by: number): Corner {
  const length = distance(from, to)
  if (length === 0) return from
  return [from[0] + ((to[0] - from[0]) / length) * by, from[1] + ((to[1] - from[1]) / length) * by]
}
