import { clamp } from './field'
import type { Finish, Part, Scene, Strand } from './scene'

/** What the camera sees, before light falls on it. All planes are `[height, width]` (× 3 where said). */
export interface Surfaces {
  width: number
  height: number
  /** z of the nearest surface, −Infinity where there is only backdrop. */
  depth: Float32Array
  /** Unit normals × 3; of a hair, its direction. */
  normal: Float32Array
  albedo: Float32Array
  gloss: Float32Array
  sharpness: Float32Array
  flesh: Float32Array
  glow: Float32Array
  /** 1 where a hair is seen. */
  hair: Uint8Array
  group: Int16Array
}

const TILE = 8
const MAX_STEPS = 160
const HIT = 0.12
/** The fields bend space a little, so a full step could jump through a thin shape. */
const CAUTION = 0.82

/** Look at the scene along −z with `scale` samples per pixel and direction. */
export function renderSurfaces(scene: Scene, scale: number): Surfaces {
  const width = scene.width * scale
  const height = scene.height * scale
  const n = width * height
  const out: Surfaces = {
    width,
    height,
    depth: new Float32Array(n).fill(Number.NEGATIVE_INFINITY),
    normal: new Float32Array(n * 3),
    albedo: new Float32Array(n * 3),
    gloss: new Float32Array(n),
    sharpness: new Float32Array(n),
    flesh: new Float32Array(n),
    glow: new Float32Array(n),
    hair: new Uint8Array(n),
    group: new Int16Array(n).fill(-1),
  }
  for (let ty = 0; ty < height; ty += TILE) {
    for (let tx = 0; tx < width; tx += TILE) renderTile(scene, out, scale, tx, ty)
  }
  for (const strand of scene.strands) drawStrand(out, strand, scale)
  return out
}

function renderTile(scene: Scene, out: Surfaces, scale: number, tx: number, ty: number): void {
  const x0 = tx / scale
  const y0 = ty / scale
  const span = TILE / scale
  const near = scene.parts.filter(
    ({ bounds: b }) => b[0] < x0 + span && b[3] > x0 && b[1] < y0 + span && b[4] > y0,
  )
  if (near.length === 0) return
  const top = Math.max(...near.map((p) => p.bounds[5]))
  const bottom = Math.min(...near.map((p) => p.bounds[2]))
  const finish: Finish = { albedo: [0, 0, 0], gloss: 0, sharpness: 20, flesh: 0, glow: 0 }
  const ray = { z: top, part: -1 }
  // All rays of a tile share the way to where something comes near the tile.
  march(near, x0 + span / 2, y0 + span / 2, top, bottom, span * 1.2, ray)
  if (ray.part < 0) return
  const start = ray.z + span * 1.2
  for (let py = ty; py < Math.min(ty + TILE, out.height); py++) {
    for (let px = tx; px < Math.min(tx + TILE, out.width); px++) {
      const x = (px + 0.5) / scale
      const y = (py + 0.5) / scale
      march(near, x, y, Math.min(top, start), bottom, HIT, ray)
      const hit = ray.part
      const z = ray.z
      if (hit < 0) continue
      const part = near[hit]
      const at = py * out.width + px
      const field = part.relief ?? part.field
      const e = 0.35
      // Four taps on a tetrahedron give the gradient.
      const p = field(x + e, y - e, z - e)
      const q = field(x - e, y - e, z + e)
      const r = field(x - e, y + e, z - e)
      const t = field(x + e, y + e, z + e)
      let nx = p - q - r + t
      let ny = -p - q + r + t
      let nz = -p + q - r + t
      const norm = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1
      nx /= norm
      ny /= norm
      nz /= norm
      finish.gloss = 0
      finish.sharpness = 20
      finish.flesh = 0
      finish.glow = 0
      part.paint(finish, x, y, z)
      out.depth[at] = z
      out.normal.set([nx, ny, nz], at * 3)
      out.albedo.set(finish.albedo, at * 3)
      out.gloss[at] = finish.gloss
      out.sharpness[at] = finish.sharpness
      out.flesh[at] = finish.flesh
      out.glow[at] = finish.glow
      out.group[at] = part.group
    }
  }
}

/** Go down from `top` until a surface is nearer than `reach`; leaves depth and part in `ray`, part −1 for none. */
function march(
  parts: readonly Part[],
  x: number,
  y: number,
  top: number,
  bottom: number,
  reach: number,
  ray: { z: number; part: number },
): void {
  let z = top
  ray.part = -1
  for (let step = 0; step < MAX_STEPS && z > bottom; step++) {
    let best = Number.POSITIVE_INFINITY
    let nearest = -1
    for (let i = 0; i < parts.length; i++) {
      const above = z - parts[i].bounds[5]
      if (above > best || z < parts[i].bounds[2]) continue // begins further down than the nearest surface, or is passed
      const d = above > 2 ? above : parts[i].field(x, y, z)
      if (d < best) {
        best = d
        nearest = i
      }
    }
    if (nearest < 0) break
    if (best < reach) {
      ray.part = nearest
      break
    }
    z -= best * CAUTION
  }
  ray.z = z
}

/** Lay a hair over what is there, where nothing is in front of it. */
function drawStrand(out: Surfaces, strand: Strand, scale: number): void {
  const { points } = strand
  const last = points.length - 1
  for (let i = 0; i < last; i++) {
    const [ax, ay, az] = points[i]
    const [bx, by, bz] = points[i + 1]
    const dx = bx - ax
    const dy = by - ay
    const dz = bz - az
    const long = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) * scale * 1.5))
    for (let s = 0; s < steps; s++) {
      const t = s / steps
      const along = (i + t) / last
      const radius = Math.max(0.5, strand.width * scale * 0.5 * (1 - 0.75 * along * along))
      const cx = (ax + dx * t) * scale
      const cy = (ay + dy * t) * scale
      const z = az + dz * t
      const reach = Math.ceil(radius)
      for (let py = Math.floor(cy) - reach; py <= Math.floor(cy) + reach; py++) {
        if (py < 0 || py >= out.height) continue
        for (let px = Math.floor(cx) - reach; px <= Math.floor(cx) + reach; px++) {
          if (px < 0 || px >= out.width) continue
          const off = Math.hypot(px + 0.5 - cx, py + 0.5 - cy)
          if (off > radius) continue
          const at = py * out.width + px
          const surface = z + (1 - off / radius) * 0.6
          if (surface < out.depth[at]) continue
          const o = at * 3
          out.depth[at] = surface
          out.normal[o] = dx / long
          out.normal[o + 1] = dy / long
          out.normal[o + 2] = dz / long
          const round = clamp(1 - (off / radius) * 0.35)
          out.albedo[o] = strand.colour[0] * round
          out.albedo[o + 1] = strand.colour[1] * round
          out.albedo[o + 2] = strand.colour[2] * round
          out.hair[at] = 1
          out.flesh[at] = 0
          out.glow[at] = 0
          out.group[at] = strand.group
        }
      }
    }
  }
}
