/**
 * Geodesic distance from seeds over a plane of step costs, by raster sweeps (Toivanen's distance transform).
 * Each sweep looks at the four neighbours already visited; three double sweeps reach around any body we saw.
 *
 * @param seeds non-zero where the distance is 0
 * @param cost  price of one px of way, > 0; [height, width]. Pixels at ≥ `WALL` are never entered.
 */
export const WALL = 1e5

export function geodesicDistance(
  seeds: Uint8Array,
  cost: Float32Array,
  width: number,
  height: number,
  sweeps = 3,
): Float32Array {
  const d = new Float32Array(width * height)
  for (let i = 0; i < d.length; i++) d[i] = seeds[i] ? 0 : 1e9
  const diagonal = Math.SQRT2 / 2
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let changed = false
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x
        const c = cost[i]
        let v = d[i]
        if (c >= WALL || v === 0) continue
        const before = v
        // Ways only get longer: a neighbour that is not nearer itself needs no arithmetic.
        if (x > 0 && d[i - 1] < v) v = Math.min(v, d[i - 1] + 0.5 * (c + cost[i - 1]))
        if (y > 0) {
          const up = i - width
          if (d[up] < v) v = Math.min(v, d[up] + 0.5 * (c + cost[up]))
          if (x > 0 && d[up - 1] < v) v = Math.min(v, d[up - 1] + diagonal * (c + cost[up - 1]))
          if (x < width - 1 && d[up + 1] < v) v = Math.min(v, d[up + 1] + diagonal * (c + cost[up + 1]))
        }
        if (v < before) {
          d[i] = v
          changed = true
        }
      }
    }
    for (let y = height - 1; y >= 0; y--) {
      for (let x = width - 1; x >= 0; x--) {
        const i = y * width + x
        const c = cost[i]
        let v = d[i]
        if (c >= WALL || v === 0) continue
        const before = v
        if (x < width - 1 && d[i + 1] < v) v = Math.min(v, d[i + 1] + 0.5 * (c + cost[i + 1]))
        if (y < height - 1) {
          const down = i + width
          if (d[down] < v) v = Math.min(v, d[down] + 0.5 * (c + cost[down]))
          if (x > 0 && d[down - 1] < v) v = Math.min(v, d[down - 1] + diagonal * (c + cost[down - 1]))
          if (x < width - 1 && d[down + 1] < v) v = Math.min(v, d[down + 1] + diagonal * (c + cost[down + 1]))
        }
        if (v < before) {
          d[i] = v
          changed = true
        }
      }
    }
    if (!changed) break
  }
  return d
}
