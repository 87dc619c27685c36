/** Analysis of a portrait, done once: what can move, how, and what is behind it. */
import type { ImageValue } from '../../core/values'
import { splitParts } from './arm-parts'
import { findArmShade, shadePlane } from './arm-shade'
import type { ArmSplit } from './arm-split'
import { bodyWeights } from './body-weights'
import { calibrate } from './calibrate'
import { eyePlates, mouthPlate } from './face-plates'
import { findPerson } from './find-person'
import { clamp, fillShape, type Shape } from './geometry'
import { fillHidden } from './hidden'
import { measure, SHOULDERS, scalePoints } from './keypoints'
import { type LabPicture, labPicture } from './lab'
import { guidedCoefficients, softAlpha } from './matte'
import { computePiece, type Piece } from './pieces'
import { blur, growMask, resizePlane, shrinkPicture, toBytes } from './planes'
import { type ArmPoints, armPoints, handShapes, torsoPolygon } from './regions'
import { type ArmRig, type BodyMode, type Box, quarter, type WarpRig } from './rig'
import { readSetUpMasks, type SetUpMasks } from './set-up-masks'
import type { SetUpView } from './set-up-view'
import { takeOutline } from './take-outline'
import { unMix } from './un-mix'

/** Long side of the picture that is analysed: gradient thresholds do not carry over to other sizes. */
export const WORKING_SIZE = 512

export interface SetUpOptions {
  /** Default `soft`. */
  bodyMode?: BodyMode
  /** `auto` decides per arm by its outline; `cut` and `hold` overrule that. */
  arms?: 'auto' | 'cut' | 'hold'
  /** An outline among them replaces the person that is found and makes the body `matted`. */
  masks?: SetUpMasks
}

/**
 * Prepares a portrait for `createWarpRenderer`.
 *
 * @param portrait  RGB or RGBA; transparent parts count as white
 * @param firstPose the pose the portrait shows, 134 × (x, y, score) in its pixels
 * @throws StudioError `pose/no-face`, `pose/no-shoulders`, `pose/small-face`
 */
export function setUpWarp(portrait: ImageValue, firstPose: Float32Array, opts: SetUpOptions = {}): WarpRig {
  const steps = setUpSteps(portrait, firstPose, opts)
  let step = steps.next()
  while (!step.done) step = steps.next('work' in step.value ? step.value.work.map(computePiece) : [])
  return step.value
}

/** A phase that begins; `view` shows what the ones before it found. */
export interface SetUpStep {
  fraction: number
  text: string
  view?: SetUpView
}

/** Pieces that may be computed side by side; their results are handed to `next`. */
export interface SetUpWork {
  work: Piece[]
}

/** `setUpWarp` with a pause before each phase, in which the thread may do something else, and with work to share. */
export function* setUpSteps(
  portrait: ImageValue,
  firstPose: Float32Array,
  opts: SetUpOptions = {},
): Generator<SetUpStep | SetUpWork, WarpRig, unknown[]> {
  const { width, height } = portrait
  yield { fraction: 0, text: 'Looking at the portrait' }
  const rgb = flatten(portrait)
  const scale = Math.min(1, WORKING_SIZE / Math.max(width, height))
  const w = Math.max(1, Math.round(width * scale))
  const h = Math.max(1, Math.round(height * scale))
  const small = scale < 1 ? shrinkPicture(rgb, width, height, 3, w, h) : rgb
  const lab = labPicture(small, w, h)
  const rough = scalePoints(firstPose, w / width, h / height)
  const measures = measure(rough)
  const { points, opening, open } = calibrate(rough, lab, measures)
  const hints = readSetUpMasks(opts.masks, lab, points)
  const bodyMode = hints.outline ? 'matted' : (opts.bodyMode ?? 'soft')

  const view = { width: w, height: h, rgb: small }
  yield { fraction: 0.15, text: 'Finding the person', view }
  const arms = [armPoints(points, lab, measures, 0), armPoints(points, lab, measures, 1)]
  const person = hints.outline ?? findPerson(lab, points, arms, measures, hints)

  yield { fraction: 0.4, text: 'Finding the arms', view: { ...view, person } }
  const work = arms.flatMap((arm, side): Piece[] =>
    arm ? [{ piece: 'splitArm', args: [lab, arm, arms[1 - side], person, points, measures.shoulders] }] : [],
  )
  const found = (yield { work }) as ArmSplit[]
  const splits = arms.map((arm, side) => {
    if (!arm) return null
    const split = found.shift()!
    if (opts.arms === 'hold') split.tier = 'hold'
    if (opts.arms === 'cut' && arm.handSeen) split.tier = 'cut'
    if (hints.held[side]) split.tier = 'hold'
    return split
  })

  const cutOut = { ...view, person, arms: splits.map((split) => split?.inside ?? null) }
  yield { fraction: 0.6, text: 'Filling in what the arms hide', view: cutOut }
  const large = new Enlarger(rgb, lab, width, height)
  const removed = removedArms(splits, w, h, 0)
  const hole = removedArms(splits, w, h, HOLE_MARGIN * Math.max(w, h))
  const torso = torsoPolygon(points, measures)
  const shoulderTop = Math.min(points[3 * SHOULDERS[0] + 1], points[3 * SHOULDERS[1] + 1])
  const sleeves = foldedSleeves(arms, splits, w, h)
  const shade = findArmShade(
    lab,
    hole,
    shadeCasters(arms, w, h),
    sleeves,
    person,
    measures.shoulders,
    shoulderTop,
  )
  const filling = fillHidden({
    shade: shade.body,
    small,
    lab,
    rgb,
    width,
    height,
    arms: removed,
    hole,
    person,
    torso,
    shoulders: measures.shoulders,
    matted: bodyMode === 'matted',
  })
  let fill = filling.next()
  while (!fill.done) fill = filling.next(yield { work: fill.value })
  const filled = fill.value
  const layers = splits.map((split, side) => {
    if (split?.tier !== 'cut') return null
    takeOutline(split.inside, lab, filled.working, hole, split.hand, splits[1 - side]?.inside ?? null)
    return armAlpha(split, large)
  })

  yield { fraction: 0.85, text: 'Rigging', view: { ...view, rgb: filled.working } }
  const full = scalePoints(points, width / w, height / h)
  const rigged = measure(scalePoints(rough, width / w, height / h))
  const field = bodyWeights({
    lab,
    points,
    measures,
    arms,
    splits,
    person,
    moving: filled.person,
    hole,
    matted: bodyMode === 'matted',
    allowed: hints.allowed,
  })
  // Points that calibration left alone stay bit-equal, so that rest is exactly rest.
  for (let i = 0; i < full.length; i++) if (points[i] === rough[i]) full[i] = firstPose[i]
  const personFull = large.alpha(Float32Array.from(filled.person))
  const rig: WarpRig = {
    id: identify(
      [portrait.data, opts.masks?.upperBody, opts.masks?.hands],
      firstPose,
      `${width} ${height} ${bodyMode} ${opts.arms ?? 'auto'} ${Object.keys(opts.masks ?? {})}`,
    ),
    transparent: portrait.channels === 4 && portrait.data.some((v, i) => i % 4 === 3 && v < 255),
    armsParam: opts.arms ?? 'auto',
    width,
    height,
    bodyMode,
    portrait: rgb,
    body:
      bodyMode === 'matted'
        ? premultiply(unMix(filled.body, filled.plate, personFull, width, height), personFull)
        : hole.includes(1)
          ? filled.body
          : new Uint8Array(0),
    plate: bodyMode === 'matted' ? filled.plate : new Uint8Array(0),
    first: firstPose.slice(),
    points: full,
    nx: field.nx,
    ny: field.ny,
    weights: field.weights,
    person: toBytes(
      resizePlane(blur(Float32Array.from(person), w, h, 1.5), w, h, quarter(width), quarter(height)),
    ),
    shade: shadePlane(lab, filled.working, hole, shade, filled.person, width, height),
    arms: [],
    eyes: eyePlates(rgb, width, height, full),
    mouth: mouthPlate(rgb, width, height, full, rigged, resizePlane(opening, w, h, width, height), open),
  }
  const lit = lighten(rgb, large.plane(shade.gain))
  arms.forEach((arm, side) => {
    const split = splits[side]
    if (arm && split)
      rig.arms.push(
        armRig(side, arm, split, layers[side], lit, filled.body, width, height, w / width, hints.held[side]),
      )
  })
  yield { fraction: 1, text: 'Rigged' }
  return rig
}

/** RGB of the portrait; transparent pixels are laid on white. */
function flatten({ width, height, channels, data }: ImageValue): Uint8Array {
  const n = width * height
  if (channels === 3) return Uint8Array.from(data)
  const rgb = new Uint8Array(n * 3)
  for (let i = 0; i < n; i++) {
    const a = data[4 * i + 3]
    for (let k = 0; k < 3; k++) rgb[3 * i + k] = Math.round((data[4 * i + k] * a + 255 * (255 - a)) / 255)
  }
  return rgb
}

/** 64 bits of the bytes and the text, as hexadecimal (two FNV-1a with different offsets). */
function identify(planes: (Uint8Array | undefined)[], points: Float32Array, text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  const eat = (v: number) => {
    a = Math.imul(a ^ v, 0x01000193)
    b = Math.imul(b ^ v, 0x01000193) ^ (b >>> 15)
  }
  for (const plane of planes) for (let i = 0; plane && i < plane.length; i++) eat(plane[i])
  const bytes = new Uint8Array(points.buffer, points.byteOffset, points.byteLength)
  for (let i = 0; i < bytes.length; i++) eat(bytes[i])
  for (let i = 0; i < text.length; i++) eat(text.charCodeAt(i))
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}

/** Brings masks of the working size to the portrait's, with edges that follow the portrait's own. */
class Enlarger {
  private readonly lightness: Float32Array
  constructor(
    rgb: Uint8Array,
    private readonly lab: LabPicture,
    readonly width: number,
    readonly height: number,
  ) {
    this.lightness = lab.width === width ? lab.l : labPicture(rgb, width, height).l
  }

  alpha(mask: Float32Array): Float32Array {
    const { lab, width, height } = this
    if (lab.width === width && lab.height === height) return softAlpha(Uint8Array.from(mask), lab)
    const soft = blur(mask, lab.width, lab.height, 0.7)
    const radius = Math.max(1, Math.round(lab.width / 256))
    const { a, b } = guidedCoefficients(soft, lab.l, lab.width, lab.height, radius)
    const up = (plane: Float32Array) => resizePlane(plane, lab.width, lab.height, width, height)
    const largeSoft = up(soft)
    const largeA = up(a)
    const largeB = up(b)
    // Enlarging widens the soft edge by the factor; steepen it again.
    const steep = 0.75 + 0.25 * (width / lab.width)
    const out = new Float32Array(width * height)
    for (let i = 0; i < out.length; i++) {
      const s = clamp((largeSoft[i] - 0.5) * steep + 0.5, 0, 1)
      const guided = clamp((largeA[i] * this.lightness[i]) / 100 + largeB[i], 0, 1)
      const k = Math.min(1, 2 * (1 - Math.abs(2 * largeSoft[i] - 1)))
      const v = s * (1 - k) + clamp((guided - 0.5) * steep + 0.5, 0, 1) * k
      out[i] = v < 0.03 ? 0 : v > 0.97 ? 1 : v
    }
    return out
  }

  plane(values: Float32Array): Float32Array {
    const { lab, width, height } = this
    return lab.width === width ? values : resizePlane(values, lab.width, lab.height, width, height)
  }
}

/** Alpha of an arm's layer at the portrait's size: its matte, faded in below the shoulder. */
function armAlpha(split: ArmSplit, large: Enlarger): Float32Array {
  const alpha = large.alpha(Float32Array.from(split.inside))
  const ramp = large.plane(split.ramp)
  for (let i = 0; i < alpha.length; i++) alpha[i] *= ramp[i]
  return alpha
}

/** How far a hole reaches beyond the arm that was found, in sizes of the picture: outlines and soft edges go with it. */
const HOLE_MARGIN = 0.014

/** Where the body loses its arms, grown by `margin` px. Only where the layer is in full: the two must overlap. */
function removedArms(splits: (ArmSplit | null)[], w: number, h: number, margin: number): Uint8Array {
  const hole = new Uint8Array(w * h)
  for (const split of splits) {
    if (split?.tier !== 'cut') continue
    const grown = growMask(split.inside, w, h, margin)
    for (let i = 0; i < hole.length; i++) if (grown[i] && split.ramp[i] >= 0.99) hole[i] = 1
  }
  return hole
}

/** Upper arms whose own forearm or hand lies in front of them, without what covers them. */
function foldedSleeves(
  arms: (ArmPoints | null)[],
  splits: (ArmSplit | null)[],
  w: number,
  h: number,
): Uint8Array {
  const out = new Uint8Array(w * h)
  arms.forEach((arm, side) => {
    const split = splits[side]
    if (!arm || split?.tier !== 'cut') return
    const cover = new Uint8Array(w * h)
    const upper = new Uint8Array(w * h)
    const { shoulder, elbow, wrist } = arm
    fillShape(upper, w, h, segment(shoulder, elbow, arm.upperRadius))
    fillShape(cover, w, h, segment(elbow, wrist, 0.95 * arm.foreRadius))
    for (const shape of handShapes(arm, 0.3 * arm.foreRadius, 0.2 * arm.foreRadius))
      fillShape(cover, w, h, shape)
    // The elbow belongs to both; it says nothing about folding.
    fillShape(upper, w, h, segment(elbow, elbow, 1.5 * arm.upperRadius), 0)
    let all = 0
    let covered = 0
    for (let i = 0; i < upper.length; i++) {
      all += upper[i]
      covered += upper[i] & cover[i]
    }
    if (covered < 0.1 * all) return
    for (let i = 0; i < upper.length; i++) if (upper[i] && !cover[i]) out[i] = 1
  })
  return out
}

/** Forearms beyond the elbow, and hands. */
function shadeCasters(arms: (ArmPoints | null)[], w: number, h: number): Uint8Array {
  const out = new Uint8Array(w * h)
  for (const arm of arms) {
    if (!arm) continue
    const t = 0.35
    const from: [number, number] = [
      arm.elbow[0] + t * (arm.wrist[0] - arm.elbow[0]),
      arm.elbow[1] + t * (arm.wrist[1] - arm.elbow[1]),
    ]
    fillShape(out, w, h, segment(from, arm.wrist, 1.4 * arm.foreRadius))
    for (const shape of handShapes(arm, 0.8 * arm.foreRadius, 0.6 * arm.foreRadius))
      fillShape(out, w, h, shape)
  }
  return out
}

const segment = (a: [number, number], b: [number, number], r: number): Shape => ({
  kind: 'capsule',
  ax: a[0],
  ay: a[1],
  bx: b[0],
  by: b[1],
  r,
})

function lighten(rgb: Uint8Array, gain: Float32Array): Uint8Array {
  const out = rgb.slice()
  for (let i = 0; i < gain.length; i++) {
    if (gain[i] <= 1.01) continue
    for (let k = 3 * i; k < 3 * i + 3; k++) out[k] = Math.min(255, Math.round(rgb[k] * gain[i]))
  }
  return out
}

function premultiply(rgb: Uint8Array, alpha: Float32Array): Uint8Array {
  const out = new Uint8Array(alpha.length * 4)
  for (let i = 0; i < alpha.length; i++) {
    for (let k = 0; k < 3; k++) out[4 * i + k] = Math.round(rgb[3 * i + k] * alpha[i])
    out[4 * i + 3] = Math.round(255 * alpha[i])
  }
  return out
}

function armRig(
  side: number,
  arm: ArmPoints,
  split: ArmSplit,
  alpha: Float32Array | null,
  rgb: Uint8Array,
  body: Uint8Array,
  width: number,
  height: number,
  scale: number,
  heldByMask: boolean,
): ArmRig {
  let left = width
  let top = height
  let right = -1
  let bottom = -1
  if (alpha) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (alpha[y * width + x] === 0) continue
        if (x < left) left = x
        if (x > right) right = x
        if (y < top) top = y
        if (y > bottom) bottom = y
      }
    }
  }
  let box: Box = { left: 0, top: 0, width: 0, height: 0 }
  let upper: Uint8Array = new Uint8Array(0)
  let fore: Uint8Array = upper
  let joint: Uint8Array = upper
  if (alpha && right >= 0) {
    left = Math.max(0, left - 2)
    top = Math.max(0, top - 2)
    right = Math.min(width - 1, right + 2)
    bottom = Math.min(height - 1, bottom + 2)
    box = { left, top, width: right - left + 1, height: bottom - top + 1 }
    const colours = unMix(rgb, body, alpha, width, height)
    const texture = new Uint8Array(box.width * box.height * 4)
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        const i = (top + y) * width + left + x
        const o = 4 * (y * box.width + x)
        for (let k = 0; k < 3; k++) texture[o + k] = Math.round(colours[3 * i + k] * alpha[i])
        texture[o + 3] = Math.round(255 * alpha[i])
      }
    }
    ;({ upper, fore, joint } = splitParts(texture, box, arm, scale, split.hand, Math.round(width * scale)))
  }
  return {
    side,
    tier: split.tier,
    confidence: split.confidence,
    upperRadius: arm.upperRadius / scale,
    foreRadius: arm.foreRadius / scale,
    handSeen: arm.handSeen,
    heldByMask,
    touchesBorder: touchesBorder(split),
    box,
    upper,
    fore,
    joint,
  }

  function touchesBorder({ inside }: ArmSplit): boolean {
    const w = Math.round(width * scale)
    const h = Math.round(height * scale)
    let count = 0
    for (let x = 0; x < w; x++) count += inside[x] + inside[(h - 1) * w + x]
    for (let y = 0; y < h; y++) count += inside[y * w] + inside[y * w + w - 1]
    return count > 0.02 * w
  }
}
