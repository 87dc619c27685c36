import type { Vec3 } from './field'

/** Deterministic random numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const lattice = (x: number, y: number, z: number): number => {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(z, 1274126177)
  h = Math.imul(h ^ (h >>> 13), 1274126177)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

/** Smooth value noise in [−1, 1], one feature per unit of length. */
export function noise(x: number, y: number, z: number): number {
  const ix = Math.floor(x)
  const iy = Math.floor(y)
  const iz = Math.floor(z)
  const fx = x - ix
  const fy = y - iy
  const fz = z - iz
  const ux = fx * fx * (3 - 2 * fx)
  const uy = fy * fy * (3 - 2 * fy)
  const uz = fz * fz * (3 - 2 * fz)
  const row = (dy: number, dz: number) => {
    const a = lattice(ix, iy + dy, iz + dz)
    return a + (lattice(ix + 1, iy + dy, iz + dz) - a) * ux
  }
  const near = row(0, 0) + (row(1, 0) - row(0, 0)) * uy
  const far = row(0, 1) + (row(1, 1) - row(0, 1)) * uy
  return (near + (far - near) * uz) * 2 - 1
}

/** Sum of `octaves` noises, each half as strong and twice as fine as the one before. */
export function fractal([x, y, z]: Vec3, octaves: number): number {
  let sum = 0
  let gain = 0.5
  for (let i = 0; i < octaves; i++) {
    sum += noise(x, y, z) * gain
    x *= 2.03
    y *= 2.03
    z *= 2.03
    gain *= 0.5
  }
  return sum
}
