/** How much each bone moves each place of the body: a smooth field between seeds (harmonic weights). */

export interface WeightGrid {
  nx: number
  ny: number
}

/**
 * Solves Σ c_ij (w_i − w_j) = 0 for each bone, with seeds fixed to 1 (own) or 0 (other bones').
 *
 * @param seeds     bone index per node, −1 where free; [ny, nx]
 * @param stiffness conductivity of a node: low across edges, so that parts of one colour move together
 * @returns weights [bones][ny · nx], summing to 1 at each node
 */
export function solveWeights(
  { nx, ny }: WeightGrid,
  seeds: Int8Array,
  bones: number,
  conductance: (i: number, j: number) => number,
): Float32Array[] {
  const n = nx * ny
  const right = new Float32Array(n)
  const down = new Float32Array(n)
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const i = y * nx + x
      if (x + 1 < nx) right[i] = conductance(i, i + 1)
      if (y + 1 < ny) down[i] = conductance(i, i + nx)
    }
  }
  const weights: Float32Array[] = []
  for (let bone = 0; bone < bones; bone++) {
    const w = new Float32Array(n)
    for (let i = 0; i < n; i++) w[i] = seeds[i] === bone ? 1 : 0
    if (seeds.includes(bone)) relax(w, seeds, right, down, nx, ny)
    weights.push(w)
  }
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (const w of weights) sum += w[i]
    if (sum > 1e-6) for (const w of weights) w[i] /= sum
  }
  return weights
}

/** Successive over-relaxation in red-black order until the largest change is under 1e-4. */
function relax(
  w: Float32Array,
  seeds: Int8Array,
  right: Float32Array,
  down: Float32Array,
  nx: number,
  ny: number,
): void {
  const omega = 2 / (1 + Math.PI / Math.max(nx, ny))
  for (let round = 0; round < 400; round++) {
    let worst = 0
    for (let colour = 0; colour < 2; colour++) {
      for (let y = 0; y < ny; y++) {
        for (let x = (y + colour) & 1; x < nx; x += 2) {
          const i = y * nx + x
          if (seeds[i] >= 0) continue
          let sum = 0
          let total = 0
          if (x > 0) {
            total += right[i - 1]
            sum += right[i - 1] * w[i - 1]
          }
          if (x + 1 < nx) {
            total += right[i]
            sum += right[i] * w[i + 1]
          }
          if (y > 0) {
            total += down[i - nx]
            sum += down[i - nx] * w[i - nx]
          }
          if (y + 1 < ny) {
            total += down[i]
            sum += down[i] * w[i + nx]
          }
          const change = omega * (sum / total - w[i])
          w[i] += change
          if (change > worst) worst = change
          else if (-change > worst) worst = -change
        }
      }
    }
    if (worst < 1e-4) break
  }
  for (let i = 0; i < w.length; i++) w[i] = Math.min(1, Math.max(0, w[i]))
}
