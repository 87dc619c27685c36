/** Decides what lies behind removed arms (body or background) and fills both in. */
import { bodyOutline } from './body-outline'
import { pullPush } from './fill'
import { fillShape } from './geometry'
import type { LabPicture } from './lab'
import type { PatchFill } from './patch-fill'
import type { Arguments, Work } from './pieces'
import { blur, distanceToMask, growMask, resizePlane } from './planes'

export interface HiddenInput {
  /** Working-size RGB and its Lab. */
  small: Uint8Array
  lab: LabPicture
  /** The portrait itself. */
  rgb: Uint8Array
  width: number
  height: number
  /** Removed arms, working size, and as far as they are made up: a little further. */
  arms: Uint8Array
  hole: Uint8Array
  /** Shade of the arms on the body, working size: made up anew, like what they hide. */
  shade: Uint8Array
  /** Person, working size. */
  person: Uint8Array
  torso: [number, number][]
  shoulders: number
  /** Also make up the background behind the whole person. */
  matted: boolean
}

export interface Hidden {
  /** The portrait with its removed arms filled in, RGB at the portrait's size. */
  body: Uint8Array
  /** `body` at the working size. */
  working: Uint8Array
  /** Background without the person; equals `body` where not wanted. */
  plate: Uint8Array
  /** The person without the parts of removed arms that had background behind them; working size. */
  person: Uint8Array
}

export function* fillHidden(input: HiddenInput): Work<Hidden> {
  const { small, lab, rgb, person, matted } = input
  const { width: w, height: h } = lab
  const hole = closeNotches(
    input.hole.map((v, i) => v | input.shade[i]),
    person,
    w,
    h,
  )
  if (!hole.includes(1) && !matted) return { body: rgb, working: small, plate: rgb, person }
  const behind = hole.includes(1) ? bodyBehind(input) : new Uint8Array(w * h)
  const isBody = new Uint8Array(w * h)
  const fromBody = new Uint8Array(w * h)
  const fromBack = new Uint8Array(w * h)
  const bodyHole = new Uint8Array(w * h)
  const backHole = new Uint8Array(w * h)
  const shrunk = growMask(person, w, h, -2)
  const grown = growMask(person, w, h, 3)
  for (let i = 0; i < w * h; i++) {
    if (hole[i] && (input.shade[i] || !input.hole[i])) behind[i] = 1
    isBody[i] = hole[i] ? behind[i] : person[i]
    fromBody[i] = !hole[i] && shrunk[i] ? 1 : 0
    fromBack[i] = !hole[i] && !grown[i] ? 1 : 0
    // Both fills reach a little over the line between them, where they are blended.
    bodyHole[i] = hole[i]
    backHole[i] = hole[i] || (matted && grown[i]) ? 1 : 0
  }
  const bodyKeep = growMask(behind, w, h, 2)
  const backKeep = matted
    ? null
    : growMask(
        isBody.map((v, i) => (v && hole[i] ? 0 : hole[i])),
        w,
        h,
        3,
      )
  const [body, back] = (yield [
    { piece: 'patchFill', args: fillArgs(small, fromBody, bodyHole, bodyKeep, w, h, CLOTH_GUIDE) },
    { piece: 'patchFill', args: fillArgs(small, fromBack, backHole, backKeep, w, h, BACK_GUIDE) },
  ]) as PatchFill[]
  meetSeen(back.colours, small, backHole, grown, w, h, BACK_GRAIN)
  const notBody = shrunk.map((v) => 1 - v)
  meetSeen(body.colours, small, bodyHole, notBody, w, h, CLOTH_GRAIN)
  const share = blur(Float32Array.from(isBody), w, h, 0.7)
  const out = rgb.slice()
  const plate = matted ? rgb.slice() : out
  const colour = (i: number, k: number) =>
    share[i] * body.colours[3 * i + k] + (1 - share[i]) * back.colours[3 * i + k]
  blendIn(out, input, hole, colour, (i) => (share[i] > 0.5 ? body : back).source[i], w, h)
  if (matted) {
    blendIn(
      plate,
      input,
      backHole,
      (i, k) => back.colours[3 * i + k],
      (i) => back.source[i],
      w,
      h,
    )
  }
  const working = small.slice()
  for (let i = 0; i < w * h; i++) {
    if (!hole[i]) continue
    for (let k = 0; k < 3; k++) working[3 * i + k] = Math.round(colour(i, k))
  }
  return { body: out, working, plate, person: isBody }
}

/** px. Between fingers and their shade a notch this wide shows only dark rims. */
const NOTCH = 4

/** A mask without its narrow notches and small islands, where they are person. */
function closeNotches(mask: Uint8Array, person: Uint8Array, w: number, h: number): Uint8Array {
  const closed = growMask(growMask(mask, w, h, NOTCH), w, h, -NOTCH)
  return mask.map((v, i) => v | (closed[i] & person[i]))
}

/** Levels of 255. A larger step at the edge of a hole is a thing that ends there, not another light. */
const LARGEST_STEP = 40
/** px over which colours are averaged before they are compared: cloth has threads, a background behind it is soft. */
const CLOTH_GRAIN = 2.5
const BACK_GRAIN = 0.7

/**
 * Takes the step away between what was made up for a hole and what is seen beside it: the differences along the edge
 * are spread over the hole as smoothly as can be (a membrane) and added.
 */
function meetSeen(
  colours: Float32Array,
  seen: Uint8Array,
  hole: Uint8Array,
  other: Uint8Array,
  w: number,
  h: number,
  grain: number,
): void {
  const seenHere = hole.map((v, i) => (v || other[i] ? 0 : 1))
  const outside = meanOver(seen, seenHere, w, h, grain)
  const inside = meanOver(colours, hole, w, h, grain)
  const steps = new Float32Array(w * h * 3)
  const known = new Uint8Array(w * h)
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x
      if (!hole[i] || !(seenHere[i - 1] || seenHere[i + 1] || seenHere[i - w] || seenHere[i + w])) continue
      let largest = 0
      for (let k = 0; k < 3; k++) {
        steps[3 * i + k] = outside[3 * i + k] - inside[3 * i + k]
        largest = Math.max(largest, Math.abs(steps[3 * i + k]))
      }
      if (largest < LARGEST_STEP) known[i] = 1
    }
  }
  if (!known.includes(1)) return
  const membrane = pullPush(steps, known, w, h)
  for (let i = 0; i < w * h; i++)
    if (hole[i]) for (let k = 0; k < 3; k++) colours[3 * i + k] += membrane[3 * i + k]
}

/** Colours averaged over the part of their surroundings that `where` says, so that knitting and grain are no step. */
function meanOver(
  colours: Uint8Array | Float32Array,
  where: Uint8Array,
  w: number,
  h: number,
  sigma: number,
): Float32Array {
  const share = blur(Float32Array.from(where), w, h, sigma)
  const out = new Float32Array(w * h * 3)
  const plane = new Float32Array(w * h)
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < plane.length; i++) plane[i] = where[i] ? colours[3 * i + k] : 0
    const sums = blur(plane, w, h, sigma)
    for (let i = 0; i < plane.length; i++) out[3 * i + k] = sums[i] / Math.max(1e-3, share[i])
  }
  return out
}

/**
 * How much fills keep to a plain membrane. Much in a background, where a piece of some shelf in the middle of a wall is
 * worse than no shelf; little in cloth, whose edges a membrane blurs.
 */
const BACK_GUIDE = 6
const CLOTH_GUIDE = 1

function fillArgs(
  small: Uint8Array,
  from: Uint8Array,
  hole: Uint8Array,
  keep: Uint8Array | null,
  w: number,
  h: number,
  guide: number,
): Arguments<'patchFill'> {
  const start = pullPush(small, from, w, h)
  const wanted = hole.slice()
  if (keep) for (let i = 0; i < wanted.length; i++) if (!keep[i]) wanted[i] = 0
  return [small, start, from, wanted, w, h, guide]
}

/**
 * Body or background behind each hole pixel. The body's outline is taken from rows where no arm covers it and
 * carried on, row by row, where one does.
 */
function bodyBehind({ lab, hole, arms, person, torso, shoulders }: HiddenInput): Uint8Array {
  const { width: w, height: h } = lab
  const out = new Uint8Array(w * h)
  const [a, b] = torso
  const right = a[0] < b[0] ? a : b
  const left = a[0] < b[0] ? b : a
  const mid = (right[0] + left[0]) / 2
  const hip = (torso[2][1] + torso[3][1]) / 2
  const hipMid = (torso[2][0] + torso[3][0]) / 2
  const middleAt = (y: number) =>
    mid + (hipMid - mid) * Math.min(1, Math.max(0, (y - right[1]) / Math.max(1, hip - right[1])))
  const edges = [
    bodyOutline(-1, right, middleAt, { lab, person, arms, shoulders }),
    bodyOutline(1, left, middleAt, { lab, person, arms, shoulders }),
  ]
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x
      if (hole[i] && x >= edges[0][y] && x <= edges[1][y]) out[i] = 1
    }
  }
  // At the shoulders and above, what is seen nearest goes on: a hand there hides only a piece of the outline.
  const bottom = Math.min(h, Math.max(0, Math.round(Math.min(right[1], left[1]))))
  const seenPerson = new Uint8Array(w * h)
  const seenBack = new Uint8Array(w * h)
  for (let i = 0; i < w * h; i++) {
    seenPerson[i] = !hole[i] && person[i] ? 1 : 0
    seenBack[i] = !hole[i] && !person[i] ? 1 : 0
  }
  const toPerson = distanceToMask(seenPerson, w, h)
  const toBack = distanceToMask(seenBack, w, h)
  const caps = new Uint8Array(w * h)
  for (const [x, y] of [right, left]) {
    fillShape(caps, w, h, { kind: 'capsule', ax: x, ay: y, bx: x, by: y, r: 0.17 * shoulders })
  }
  for (let i = bottom * w; i < w * h; i++) if (caps[i] && hole[i]) out[i] = 1
  for (let i = 0; i < bottom * w; i++) out[i] = hole[i] && toPerson[i] < toBack[i] ? 1 : 0
  return joinToSeen(out, hole, person, w, h)
}

/** Drops islands of body that touch no visible person, and turns pockets enclosed by person into body. */
function joinToSeen(
  behind: Uint8Array,
  hole: Uint8Array,
  person: Uint8Array,
  w: number,
  h: number,
): Uint8Array {
  const toPerson = reached(
    hole,
    w,
    h,
    (i) => !hole[i] && person[i] === 1,
    (i) => behind[i] === 1,
  )
  const toBack = reached(
    hole,
    w,
    h,
    (i) => !hole[i] && !person[i],
    (i) => !behind[i],
  )
  const out = behind.slice()
  for (let i = 0; i < out.length; i++) {
    if (!hole[i]) continue
    if (behind[i] && !toPerson[i]) out[i] = 0
    if (!behind[i] && !toBack[i]) out[i] = 1
  }
  return out
}

/** Pixels of `hole` that can be reached from a pixel beside it, over the eight neighbours and only `through` the hole. */
function reached(
  hole: Uint8Array,
  w: number,
  h: number,
  from: (i: number) => boolean,
  through: (i: number) => boolean,
): Uint8Array {
  const out = new Uint8Array(w * h)
  const stack: number[] = []
  const visit = (i: number) => {
    const x = i % w
    const y = Math.floor(i / w)
    for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(w - 1, x + 1); u++) {
        const j = v * w + u
        if (!hole[j] && from(j)) return true
        if (out[j]) return true
      }
    }
    return false
  }
  const enter = (i: number) => {
    out[i] = 1
    stack.push(i)
  }
  for (let i = 0; i < out.length; i++) if (hole[i] && !out[i] && through(i) && visit(i)) enter(i)
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    const x = i % w
    const y = Math.floor(i / w)
    for (let v = Math.max(0, y - 1); v <= Math.min(h - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(w - 1, x + 1); u++) {
        const j = v * w + u
        if (hole[j] && !out[j] && through(j)) enter(j)
      }
    }
  }
  return out
}

/**
 * Writes made-up colours into a picture of the portrait's size wherever `where` (working size) says so. In a larger
 * portrait, what the working size is too coarse to hold (knitting, hair) is copied from where each patch came from.
 */
function blendIn(
  target: Uint8Array,
  { rgb, small, width, height }: HiddenInput,
  where: Uint8Array,
  colour: (i: number, k: number) => number,
  sourceOf: (i: number) => number,
  w: number,
  h: number,
): void {
  const soft = blur(Float32Array.from(where), w, h, 0.8)
  for (let i = 0; i < soft.length; i++) soft[i] = where[i] ? 1 : soft[i]
  const same = w === width && h === height
  const mask = same ? soft : resizePlane(soft, w, h, width, height)
  const shift = same ? null : sourceShift(where, sourceOf, w, h, width, height)
  const made = new Float32Array(w * h)
  const was = new Float32Array(w * h)
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < made.length; i++) {
      was[i] = small[3 * i + k]
      made[i] = soft[i] > 0 ? colour(i, k) : was[i]
    }
    const large = same ? made : resizePlane(made, w, h, width, height)
    const coarse = same ? was : resizePlane(was, w, h, width, height)
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] <= 0) continue
      const m = mask[i] >= 0.999 ? 1 : mask[i] * mask[i]
      let v = large[i]
      if (shift && shift[i] !== 0) {
        const from = i + shift[i]
        v += rgb[3 * from + k] - coarse[from]
      }
      target[3 * i + k] = Math.max(0, Math.min(255, Math.round(rgb[3 * i + k] * (1 - m) + v * m)))
    }
  }
}

/** Per pixel of the portrait, how far away (as an index difference) its detail comes from; 0: there is none. */
function sourceShift(
  where: Uint8Array,
  sourceOf: (i: number) => number,
  w: number,
  h: number,
  width: number,
  height: number,
): Int32Array {
  const out = new Int32Array(width * height)
  for (let y = 0; y < height; y++) {
    const v = Math.min(h - 1, Math.floor(((y + 0.5) * h) / height))
    for (let x = 0; x < width; x++) {
      const u = Math.min(w - 1, Math.floor(((x + 0.5) * w) / width))
      const i = v * w + u
      if (!where[i]) continue
      const source = sourceOf(i)
      if (source < 0) continue
      const dx = Math.round((((source % w) - u) * width) / w)
      const dy = Math.round(((Math.floor(source / w) - v) * height) / h)
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue
      out[y * width + x] = dy * width + dx
    }
  }
  return out
}
