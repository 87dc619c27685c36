/**
 * Texture for a filled hole: every small patch of it is made to look like some patch of what is known near by
 * (PatchMatch, Barnes et al.; coarse to fine). Deterministic: its random numbers are a fixed sequence.
 */
import { blur, distanceToMask } from './planes'

/** Patches are (2·HALF + 1)² pixels. */
const HALF = 3
const COARSEST = 48
/** Rounds on the coarsest level; each finer one only polishes what it was given, until its edges are straight. */
const ROUNDS = 5
const FINE_ROUNDS = 3
const TRIES = 4
/** So steep an edge is filled one pixel of depth earlier, but never more than so many. */
const LEAD = 10
const FURTHEST_LEAD = 4

export interface PatchFill {
  /** [height, width, 3]; outside the hole those of the first filling. */
  colours: Float32Array
  /** Per pixel, where its patch was taken from; −1 where nothing was. */
  source: Int32Array
}

/**
 * @param rgb    [height, width, 3]
 * @param start  a first filling (membrane), same layout; its soft shading is kept
 * @param from   non-zero where patches may be taken from
 * @param hole   non-zero where colours are wanted
 * @param guide  how much the middle of a patch should be like the first filling, against each pixel's fit
 */
export function patchFill(
  rgb: Uint8Array,
  start: Float32Array,
  from: Uint8Array,
  hole: Uint8Array,
  width: number,
  height: number,
  guide: number,
): PatchFill {
  const box = boundsOf(hole, width, height)
  const source = new Int32Array(width * height).fill(-1)
  if (!box) return { colours: start, source }
  const pad = Math.round(0.16 * Math.max(width, height)) + 8
  const x0 = Math.max(0, box[0] - pad)
  const y0 = Math.max(0, box[1] - pad)
  const w = Math.min(width, box[2] + pad + 1) - x0
  const h = Math.min(height, box[3] + pad + 1) - y0
  const colours = new Float32Array(w * h * 3)
  const known = new Uint8Array(w * h)
  const wanted = new Uint8Array(w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x
      const j = (y0 + y) * width + x0 + x
      known[i] = from[j]
      wanted[i] = hole[j]
      for (let k = 0; k < 3; k++) colours[3 * i + k] = from[j] ? rgb[3 * j + k] : start[3 * j + k]
    }
  }
  const level = new Level(colours, known, wanted, w, h, guide)
  const made = level.solve()
  const out = start.slice()
  if (!made) return { colours: out, source }
  const shading = keepShading(colours, made, wanted, w, h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x
      if (!wanted[i]) continue
      const j = (y0 + y) * width + x0 + x
      for (let k = 0; k < 3; k++) {
        out[3 * j + k] = Math.max(0, Math.min(255, made[3 * i + k] + shading[3 * i + k]))
      }
      const m = level.match[i]
      if (m >= 0) source[j] = (y0 + Math.floor(m / w)) * width + x0 + (m % w)
    }
  }
  return { colours: out, source }
}

function boundsOf(mask: Uint8Array, width: number, height: number): [number, number, number, number] | null {
  let x0 = width
  let y0 = height
  let x1 = -1
  let y1 = -1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue
      if (x < x0) x0 = x
      if (x > x1) x1 = x
      if (y < y0) y0 = y
      if (y > y1) y1 = y
    }
  }
  return x1 < 0 ? null : [x0, y0, x1, y1]
}

/** The slow part of what the membrane has and the patches lack, at most 14 levels. */
function keepShading(
  membrane: Float32Array,
  made: Float32Array,
  wanted: Uint8Array,
  w: number,
  h: number,
): Float32Array {
  const out = new Float32Array(made.length)
  const weight = blur(Float32Array.from(wanted), w, h, 5)
  const plane = new Float32Array(w * h)
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < plane.length; i++) plane[i] = wanted[i] ? membrane[3 * i + k] - made[3 * i + k] : 0
    const slow = blur(plane, w, h, 5)
    for (let i = 0; i < plane.length; i++) {
      if (wanted[i]) out[3 * i + k] = Math.max(-14, Math.min(14, slow[i] / Math.max(0.05, weight[i])))
    }
  }
  return out
}

class Level {
  private readonly targets: Int32Array
  /** Source pixel per target patch. */
  readonly match: Int32Array
  private readonly cost: Float32Array
  private readonly valid: Uint8Array
  private readonly toValid: Float32Array
  /** The first filling. */
  private readonly membrane: Float32Array
  private seed = 0x2545f491

  constructor(
    private readonly c: Float32Array,
    private readonly known: Uint8Array,
    private readonly wanted: Uint8Array,
    private readonly w: number,
    private readonly h: number,
    private readonly guide: number,
  ) {
    const n = w * h
    // A patch may be copied when all of it is known; it needs a match when any of it is wanted.
    const fromUnknown = distanceToMask(known, w, h, 0)
    const fromWanted = distanceToMask(wanted, w, h, 1)
    this.valid = new Uint8Array(n)
    const targets: number[] = []
    for (let y = HALF; y < h - HALF; y++) {
      for (let x = HALF; x < w - HALF; x++) {
        const i = y * w + x
        if (fromUnknown[i] > HALF * 1.42) this.valid[i] = 1
        if (fromWanted[i] <= HALF) targets.push(i)
      }
    }
    this.targets = Int32Array.from(targets)
    this.match = new Int32Array(n).fill(-1)
    this.membrane = c.slice()
    this.cost = new Float32Array(n)
    this.toValid = distanceToMask(this.valid, w, h, 1)
  }

  /** Colours of this level with the hole filled, or null when there is nothing to take from. */
  solve(): Float32Array | null {
    let count = 0
    for (let i = 0; i < this.valid.length; i++) count += this.valid[i]
    if (count < 60 || this.targets.length === 0) return null
    const coarse = Math.min(this.w, this.h) >= 2 * COARSEST ? this.half() : null
    const made = coarse?.solve()
    if (coarse && made) {
      this.takeFrom(coarse, made)
      this.polish(FINE_ROUNDS)
    } else this.solveAnew()
    return this.c
  }

  /** The best of several tries: filling from the rim inwards, one early choice decides much of the rest. */
  private solveAnew(): void {
    const before = this.c.slice()
    let best: { colours: Float32Array; match: Int32Array; misfit: number } | null = null
    for (let k = 0; k < TRIES; k++) {
      this.c.set(before)
      this.match.fill(-1)
      this.startNearest()
      this.peel()
      this.polish(ROUNDS)
      const misfit = this.misfit()
      if (!best || misfit < best.misfit) best = { colours: this.c.slice(), match: this.match.slice(), misfit }
    }
    if (!best) return
    this.c.set(best.colours)
    this.match.set(best.match)
  }

  private polish(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.improve(round)
      this.vote(round === rounds - 1 ? 1.2 : 3)
    }
  }

  /** Sum over all patches of how unlike their sources they are. */
  private misfit(): number {
    let sum = 0
    for (const i of this.targets) sum += this.difference(i, this.match[i], Number.POSITIVE_INFINITY)
    return sum
  }

  private half(): Level {
    const { w, h } = this
    const nw = w >> 1
    const nh = h >> 1
    const c = new Float32Array(nw * nh * 3)
    const known = new Uint8Array(nw * nh)
    const wanted = new Uint8Array(nw * nh)
    for (let y = 0; y < nh; y++) {
      for (let x = 0; x < nw; x++) {
        const o = y * nw + x
        const i = 2 * y * w + 2 * x
        for (let k = 0; k < 3; k++) {
          c[3 * o + k] =
            (this.c[3 * i + k] +
              this.c[3 * i + 3 + k] +
              this.c[3 * (i + w) + k] +
              this.c[3 * (i + w) + 3 + k]) /
            4
        }
        known[o] = this.known[i] & this.known[i + 1] & this.known[i + w] & this.known[i + w + 1]
        wanted[o] = this.wanted[i] | this.wanted[i + 1] | this.wanted[i + w] | this.wanted[i + w + 1]
      }
    }
    return new Level(c, known, wanted, nw, nh, this.guide)
  }

  private takeFrom(coarse: Level, made: Float32Array): void {
    const { w, h } = this
    for (const i of this.targets) {
      const x = i % w
      const y = (i - x) / w
      const cx = Math.min(coarse.w - 1, x >> 1)
      const cy = Math.min(coarse.h - 1, y >> 1)
      const j = cy * coarse.w + cx
      if (this.wanted[i]) for (let k = 0; k < 3; k++) this.c[3 * i + k] = made[3 * j + k]
      const m = coarse.match[j]
      if (m < 0) continue
      const mx = 2 * (m % coarse.w) + (x & 1)
      const my = 2 * Math.floor(m / coarse.w) + (y & 1)
      if (mx >= HALF && my >= HALF && mx < w - HALF && my < h - HALF && this.valid[my * w + mx]) {
        this.match[i] = my * w + mx
      }
    }
    this.startNearest()
  }

  /** Targets without a match take the nearest patch there is. */
  private startNearest(): void {
    const { w, h } = this
    const nearest = new Int32Array(w * h).fill(-1)
    const pass = (first: number, last: number, step: number, around: number[]) => {
      for (let i = first; i !== last; i += step) {
        if (this.valid[i]) nearest[i] = i
        let best = nearest[i] < 0 ? Number.POSITIVE_INFINITY : this.distance2(i, nearest[i])
        for (const d of around) {
          const m = nearest[i + d]
          if (m === undefined || m < 0) continue
          const v = this.distance2(i, m)
          if (v < best) {
            best = v
            nearest[i] = m
          }
        }
      }
    }
    pass(0, w * h, 1, [-1, -w, -w - 1, -w + 1])
    pass(w * h - 1, -1, -1, [1, w, w + 1, w - 1])
    pass(0, w * h, 1, [-1, -w, -w - 1, -w + 1])
    for (const i of this.targets) if (this.match[i] < 0) this.match[i] = nearest[i]
  }

  /**
   * Coarsest level: fills from the rim inwards, each patch compared by its finished pixels only. Starting from an even
   * membrane instead, the rounds below settle on flat patches wherever there is a choice.
   */
  private peel(): void {
    const { c, w, h, wanted, match, valid } = this
    const done = wanted.map((v) => (v ? 0 : 1))
    const depth = distanceToMask(done, w, h, 1)
    const order = Array.from(this.targets).filter((i) => wanted[i])
    // Edges lead (Criminisi et al.): what is beside them then keeps to them, and they run straight.
    for (const i of order) depth[i] -= Math.min(FURTHEST_LEAD, this.slope(i) / LEAD)
    order.sort((a, b) => depth[a] - depth[b] || a - b)
    const size = Math.max(w, h)
    for (const i of order) {
      const reach = 1.5 * this.toValid[i] + 0.07 * size
      let best = match[i]
      let least = Number.POSITIVE_INFINITY
      const tryOne = (m: number) => {
        if (m < 0 || m >= valid.length || !valid[m] || this.distance2(i, m) > reach * reach) return
        // Near is likelier: far patches have to fit better.
        const away = 1 + Math.sqrt(this.distance2(i, m)) / reach
        const v = away * (this.finishedDifference(i, m, done, least) + 60 + this.awayFromMembrane(i, m))
        if (v < least) {
          least = v
          best = m
        }
      }
      tryOne(match[i])
      for (const d of [-1, 1, -w, w, -w - 1, w + 1, -w + 1, w - 1]) {
        if (done[i + d] && match[i + d] >= 0) tryOne(match[i + d] - d)
      }
      const x = i % w
      const y = (i - x) / w
      // Straight up, down and sideways first: edges of clothes, shelves and walls mostly run that way.
      for (let k = 1; k < reach; k++) {
        if (x + k < w) tryOne(i + k)
        if (x - k >= 0) tryOne(i - k)
        tryOne(i + k * w)
        tryOne(i - k * w)
      }
      for (let k = 0; k < 120; k++) {
        const u = Math.round(x + reach * (2 * this.random() - 1))
        const v = Math.round(y + reach * (2 * this.random() - 1))
        if (u >= HALF && v >= HALF && u < w - HALF && v < h - HALF) tryOne(v * w + u)
      }
      match[i] = best
      if (best >= 0) for (let k = 0; k < 3; k++) c[3 * i + k] = c[3 * best + k]
      done[i] = 1
    }
  }

  /** How steep the first filling is at a pixel, levels per 2 px. */
  private slope(i: number): number {
    let sum = 0
    for (let k = 0; k < 3; k++) {
      const dx = this.membrane[3 * (i + 1) + k] - this.membrane[3 * (i - 1) + k]
      const dy = this.membrane[3 * (i + this.w) + k] - this.membrane[3 * (i - this.w) + k]
      sum += dx * dx + dy * dy
    }
    return Math.sqrt(sum)
  }

  /** As `difference`, over the finished pixels of patch i only. */
  private finishedDifference(i: number, m: number, done: Uint8Array, limit: number): number {
    if (m < 0) return Number.POSITIVE_INFINITY
    const { c, w } = this
    let sum = 0
    for (let dy = -HALF; dy <= HALF; dy++) {
      for (let dx = -HALF; dx <= HALF; dx++) {
        const o = dy * w + dx
        if (!done[i + o]) continue
        for (let k = 0; k < 3; k++) {
          const d = c[3 * (i + o) + k] - c[3 * (m + o) + k]
          sum += d * d
        }
      }
      if (sum >= limit) return sum
    }
    return sum
  }

  private awayFromMembrane(i: number, m: number): number {
    if (!this.wanted[i]) return 0
    let sum = 0
    for (let k = 0; k < 3; k++) {
      const d = this.c[3 * m + k] - this.membrane[3 * i + k]
      sum += d * d
    }
    return this.guide * sum
  }

  private distance2(i: number, j: number): number {
    const { w } = this
    const dx = (i % w) - (j % w)
    const dy = Math.floor(i / w) - Math.floor(j / w)
    return dx * dx + dy * dy
  }

  private random(): number {
    this.seed ^= this.seed << 13
    this.seed ^= this.seed >>> 17
    this.seed ^= this.seed << 5
    return (this.seed >>> 0) / 4294967296
  }

  private improve(round: number): void {
    const { targets, match, cost, w, h } = this
    const size = Math.max(w, h)
    for (const i of targets) cost[i] = this.difference(i, match[i], Number.POSITIVE_INFINITY)
    const forward = round % 2 === 0
    const step = forward ? 1 : -1
    for (let t = 0; t < targets.length; t++) {
      const i = targets[forward ? t : targets.length - 1 - t]
      const reach = 1.5 * this.toValid[i] + 0.07 * size
      for (const d of [step, step * w]) {
        const m = match[i - d]
        if (m >= 0) this.consider(i, m + d, reach)
      }
      for (let r = reach; r > 1; r /= 2) {
        const m = match[i]
        const x = Math.round((m % w) + r * (2 * this.random() - 1))
        const y = Math.round(Math.floor(m / w) + r * (2 * this.random() - 1))
        if (x >= HALF && y >= HALF && x < w - HALF && y < h - HALF) this.consider(i, y * w + x, reach)
      }
    }
  }

  private consider(i: number, m: number, reach: number): void {
    if (m < 0 || m >= this.valid.length || !this.valid[m] || this.distance2(i, m) > reach * reach) return
    const v = this.difference(i, m, this.cost[i])
    if (v < this.cost[i]) {
      this.cost[i] = v
      this.match[i] = m
    }
  }

  /** Sum of squared differences of two patches; stops once it exceeds `limit`. */
  private difference(i: number, m: number, limit: number): number {
    if (m < 0) return Number.POSITIVE_INFINITY
    const { c, w } = this
    let sum = this.awayFromMembrane(i, m)
    for (let dy = -HALF; dy <= HALF; dy++) {
      let p = 3 * (i + dy * w - HALF)
      let q = 3 * (m + dy * w - HALF)
      for (let k = 0; k < 3 * (2 * HALF + 1); k++) {
        const d = c[p++] - c[q++]
        sum += d * d
      }
      if (sum >= limit) return sum
    }
    return sum
  }

  /** Each wanted pixel becomes the mean of what the patches over it say; near patch centres count more. */
  private vote(spread: number): void {
    const { targets, match, w, c, wanted } = this
    const side = 2 * HALF + 1
    const kernel = Float32Array.from({ length: side * side }, (_, k) => {
      const dx = (k % side) - HALF
      const dy = Math.floor(k / side) - HALF
      return Math.exp(-(dx * dx + dy * dy) / (2 * spread * spread))
    })
    const sums = new Float32Array(c.length)
    const weights = new Float32Array(wanted.length)
    for (let t = 0; t < targets.length; t++) {
      const i = targets[t]
      const m = match[i]
      if (m < 0) continue
      for (let dy = 0; dy < side; dy++) {
        const to = i + (dy - HALF) * w - HALF
        const from = m + (dy - HALF) * w - HALF
        for (let dx = 0; dx < side; dx++) {
          const o = to + dx
          if (!wanted[o]) continue
          const k = kernel[dy * side + dx]
          const s = 3 * (from + dx)
          weights[o] += k
          sums[3 * o] += k * c[s]
          sums[3 * o + 1] += k * c[s + 1]
          sums[3 * o + 2] += k * c[s + 2]
        }
      }
    }
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] > 0) for (let k = 0; k < 3; k++) c[3 * i + k] = sums[3 * i + k] / weights[i]
    }
  }
}
