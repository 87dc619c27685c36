import { clamp, normalize, smoothstep, type Vec3 } from './field'
import type { Surfaces } from './render'
import type { Colour } from './scene'

export interface Light {
  /** Direction towards the key lamp. */
  key: Vec3
  keyColour: Colour
  /** Light from above and from below, mixed by the normal. */
  sky: Colour
  ground: Colour
  /** Thin light from behind, on the side away from the key. */
  rim: Vec3
  rimColour: Colour
}

interface Plane {
  width: number
  height: number
  data: Float32Array
}

/** z of a backdrop pixel as far as shadow and occlusion are concerned. */
const BACKDROP_DEPTH = -260
/** Width of a portrait in pixels; depths and reaches below are given for it. */
const PICTURE = 1024

/**
 * Light the surfaces over a backdrop.
 * @param backdrop linear-light RGB, `[height, width, 3]` of the surfaces' size
 * @returns linear-light RGB of the same size
 */
export function shade(s: Surfaces, light: Light, backdrop: Float32Array): Float32Array {
  const key = normalize(light.key)
  const rim = normalize(light.rim)
  const half = normalize([key[0], key[1], key[2] + 1])
  const depth = halved(s)
  const unit = depth.width / PICTURE
  const lit = castShadow(depth, key)
  const near = [blurred(depth, 5 * unit), blurred(depth, 16 * unit), blurred(depth, 48 * unit)]
  const out = new Float32Array(backdrop)
  const w = depth.width
  for (let y = 0; y < s.height; y++) {
    for (let x = 0; x < s.width; x++) {
      const at = y * s.width + x
      const o = at * 3
      const low = Math.min(depth.height - 1, y >> 1) * w + Math.min(w - 1, x >> 1)
      if (s.group[at] < 0) {
        const fallen =
          Math.max(0, (y >> 1) - Math.round(14 * unit)) * w +
          Math.max(0, Math.min(w - 1, x >> 1) - Math.round(20 * unit))
        const behind = clamp((near[2].data[fallen] - BACKDROP_DEPTH) / 700, 0, 0.3)
        for (let c = 0; c < 3; c++) out[o + c] *= 1 - behind
        continue
      }
      const z = s.depth[at]
      // "Image enhancement by unsharp masking the depth buffer" (Luft et al.): what lies behind its surroundings is darker.
      const ao =
        1 -
        0.3 * smoothstep(0.5, 14, near[0].data[low] - z) -
        0.3 * smoothstep(2, 50, near[1].data[low] - z) -
        0.22 * smoothstep(4, 110, near[2].data[low] - z)
      const nx = s.normal[o]
      const ny = s.normal[o + 1]
      const nz = s.normal[o + 2]
      const shadow = lit.data[low]
      if (s.hair[at]) {
        // Hair after Kajiya and Kay: the normal of `s` is the direction of the strand.
        const along = nx * key[0] + ny * key[1] + nz * key[2]
        const across = Math.sqrt(Math.max(0, 1 - along * along))
        const th = nx * half[0] + ny * half[1] + nz * half[2]
        const shine = Math.sqrt(Math.max(0, 1 - th * th)) ** 60
        const sheen = Math.sqrt(Math.max(0, 1 - th * th)) ** 14
        for (let c = 0; c < 3; c++) {
          const a = s.albedo[o + c]
          const lamp = light.keyColour[c] * shadow
          out[o + c] =
            ao * (a * (light.sky[c] * 0.55 + light.ground[c] * 0.3 + lamp * across ** 1.5 * 0.62)) +
            ao * lamp * (sheen * (0.1 * a + 0.004) + shine * (0.22 * a + 0.022))
        }
        continue
      }
      const ndl = nx * key[0] + ny * key[1] + nz * key[2]
      const up = 0.5 - 0.5 * ny
      const flesh = s.flesh[at]
      const edge = 1 - clamp(nz)
      const spec = clamp(nx * half[0] + ny * half[1] + nz * half[2]) ** s.sharpness[at] * s.gloss[at]
      const rimLight =
        clamp(nx * rim[0] + ny * rim[1] + nz * rim[2] + 0.15) *
        edge *
        edge *
        smoothstep(0.15, 0.75, edge) *
        smoothstep(4, 40, z - near[1].data[low]) // only where little lies behind
      for (let c = 0; c < 3; c++) {
        // Red travels furthest under skin, so it wraps around the terminator and into shadow.
        const wrap = 0.12 + flesh * [0.34, 0.14, 0.08][c]
        const soft = shadow ** (1 - flesh * [0.45, 0.12, 0][c])
        const diffuse = clamp((ndl + wrap) / (1 + wrap)) * soft
        const ambient = light.ground[c] + (light.sky[c] - light.ground[c]) * up
        const occluded = ao ** (1 - flesh * [0.45, 0.1, 0][c])
        const a = s.albedo[o + c]
        const line = 1 - 0.55 * smoothstep(0.62, 1, edge)
        out[o + c] =
          a * (ambient * occluded + light.keyColour[c] * diffuse * (0.4 + 0.6 * occluded)) * line +
          light.keyColour[c] * spec * soft * occluded +
          light.rimColour[c] * rimLight * (0.06 + a) * occluded +
          s.glow[at]
      }
    }
  }
  outline(s, out)
  return out
}

/** Darken a thin line where one group stands before another. */
function outline(s: Surfaces, out: Float32Array): void {
  const { width, height, depth, group } = s
  const strength = new Float32Array(width * height)
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x
      if (group[at] < 0 || s.hair[at]) continue
      let worst = 0
      for (const step of [1, -1, width, -width, 2, -2, 2 * width, -2 * width]) {
        const other = at + step
        if (group[other] === group[at]) continue
        const fall = group[other] < 0 ? 40 : depth[at] - depth[other]
        worst = Math.max(worst, smoothstep(2, 14, fall))
      }
      strength[at] = worst
    }
  }
  for (let at = 0; at < strength.length; at++) {
    if (strength[at] === 0) continue
    for (let c = 0; c < 3; c++) out[at * 3 + c] *= 1 - 0.5 * strength[at]
  }
}

function halved(s: Surfaces): Plane {
  const width = s.width >> 1
  const height = s.height >> 1
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 2 * y * s.width + 2 * x
      let best = BACKDROP_DEPTH
      for (const step of [0, 1, s.width, s.width + 1]) best = Math.max(best, s.depth[at + step])
      data[y * width + x] = best
    }
  }
  return { width, height, data }
}

/** Fraction of key light that reaches each pixel: march towards the lamp over the depth plane. */
function castShadow(depth: Plane, key: Vec3): Plane {
  const { width, height, data } = depth
  const out = new Float32Array(width * height).fill(1)
  const unit = width / PICTURE
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const z = data[y * width + x]
      if (z <= BACKDROP_DEPTH) continue
      let open = 1
      for (let t = 5; t < 330; t *= 1.13) {
        const sx = Math.round(x + key[0] * t * unit)
        const sy = Math.round(y + key[1] * t * unit)
        if (sx < 0 || sy < 0 || sx >= width || sy >= height) break
        const clear = z + key[2] * t + 1.5 - data[sy * width + sx]
        if (clear < -140) continue // far in front: light passes behind it
        open = Math.min(open, clamp(0.5 + clear / (0.42 * t + 4)))
        if (open <= 0) break
      }
      out[y * width + x] = 0.16 + 0.84 * open * open * (3 - 2 * open)
    }
  }
  return blurred({ width, height, data: out }, 2.2 * unit)
}

/** Three box blurs, close to a Gaussian of deviation `sigma` pixels; edges repeat. */
function blurred(plane: Plane, sigma: number): Plane {
  const { width, height } = plane
  const r = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2))
  let from = Float32Array.from(plane.data)
  let to = new Float32Array(from.length)
  const pass = (count: number, long: number, major: number, minor: number) => {
    for (let line = 0; line < count; line++) {
      const base = line * major
      let sum = 0
      for (let i = -r; i <= r; i++) sum += from[base + clamp(i, 0, long - 1) * minor]
      for (let i = 0; i < long; i++) {
        to[base + i * minor] = sum / (2 * r + 1)
        sum += from[base + Math.min(long - 1, i + r + 1) * minor] - from[base + Math.max(0, i - r) * minor]
      }
    }
    ;[from, to] = [to, from]
  }
  for (let i = 0; i < 3; i++) {
    pass(height, width, width, 1)
    pass(width, height, 1, width)
  }
  return { width, height, data: from }
}
