import {
  add,
  bell,
  clamp,
  cross,
  dot,
  type Field,
  mix3,
  normalize,
  roundCone,
  scale,
  smoothMin,
  smoothstep,
  sub,
  type Vec3,
} from './sculpt/field'
import { noise } from './sculpt/noise'
import type { Colour, Part } from './sculpt/scene'

export interface HandPose {
  /** Where the middle finger would point, degrees in the picture: 0 right, −90 up. */
  direction: number
  /** Degrees by which the hand leans towards the viewer. */
  pitch: number
  /** 0: palm to the viewer, 180: back of the hand; positive turns the palm towards the thumb's side. */
  roll: number
  /** Bend per finger from thumb to little, 0 straight … 1 fist. */
  curl: readonly [number, number, number, number, number]
  /** 0 fingers side by side … 1 fanned out. */
  spread: number
  /** 0 thumb along the palm … 1 thumb held out. */
  thumb: number
}

export interface Hand {
  /** 21 joints: wrist, then thumb to little finger, root to tip. */
  joints: readonly Vec3[]
  /** Unit vectors: along the hand, out of the palm, towards the thumb. */
  forward: Vec3
  palm: Vec3
  lateral: Vec3
  length: number
}

const DEGREES = Math.PI / 180

// Per finger from index to little, as fractions of the hand's length: place of the knuckle along and across the
// palm, and the three bones. After mean proportions of adult hands.
const KNUCKLES = [
  [0.465, 0.115],
  [0.475, 0.025],
  [0.45, -0.065],
  [0.405, -0.15],
]
const BONES = [
  [0.225, 0.135, 0.1],
  [0.245, 0.155, 0.105],
  [0.225, 0.145, 0.1],
  [0.175, 0.11, 0.09],
]
const RADII = [
  [0.062, 0.054, 0.047, 0.039],
  [0.064, 0.055, 0.048, 0.04],
  [0.061, 0.052, 0.045, 0.038],
  [0.055, 0.046, 0.04, 0.034],
]
const FAN = [9, 1, -7, -16]
const THUMB_RADII = [0.075, 0.066, 0.054, 0.04]

/** Turn a pose of the hand into joints. `side`: 1 the person's right hand, −1 the left. */
export function solveHand(wrist: Vec3, length: number, pose: HandPose, side: 1 | -1): Hand {
  const a = pose.direction * DEGREES
  const p = pose.pitch * DEGREES
  const forward: Vec3 = [Math.cos(a) * Math.cos(p), Math.sin(a) * Math.cos(p), Math.sin(p)]
  const facing = normalize(sub([0, 0, 1], scale(forward, forward[2])))
  const across = scale(cross(facing, forward), side)
  const r = pose.roll * DEGREES
  const palm = add(scale(facing, Math.cos(r)), scale(across, Math.sin(r)))
  const lateral = scale(cross(palm, forward), side)
  const place = (along: number, aside: number, out: number): Vec3 =>
    add(
      wrist,
      add(scale(forward, along * length), add(scale(lateral, aside * length), scale(palm, out * length))),
    )

  const joints: Vec3[] = [wrist]
  const out = pose.thumb
  const bend = pose.curl[0]
  let joint = place(0.13, 0.105, 0.03)
  joints.push(joint)
  const bones = [0.215, 0.165, 0.125]
  bones.forEach((bone, i) => {
    // The thumb folds across the palm rather than towards it.
    const open = (22 + 40 * out - i * (4 + 34 * bend)) * DEGREES
    const lift = (0.34 - 0.1 * i) * (1 - 0.3 * out) + 0.25 * bend
    const along = normalize(
      add(scale(forward, Math.cos(open)), add(scale(lateral, Math.sin(open)), scale(palm, lift))),
    )
    joint = add(joint, scale(along, bone * length))
    joints.push(joint)
  })
  for (let finger = 0; finger < 4; finger++) {
    // Knuckles lie on an arch: the outer ones are set a little towards the palm.
    joint = place(KNUCKLES[finger][0], KNUCKLES[finger][1], -0.012 + 0.02 * Math.abs(finger - 1))
    joints.push(joint)
    const fan = FAN[finger] * (0.35 + pose.spread) * DEGREES
    const straight = add(scale(forward, Math.cos(fan)), scale(lateral, Math.sin(fan)))
    let angle = 0
    for (let bone = 0; bone < 3; bone++) {
      angle += pose.curl[finger + 1] * [62, 88, 58][bone] * DEGREES
      const along = add(scale(straight, Math.cos(angle)), scale(palm, Math.sin(angle)))
      joint = add(joint, scale(along, BONES[finger][bone] * length))
      joints.push(joint)
    }
  }
  return { joints, forward, palm, lateral, length }
}

export interface SkinTone {
  base: Colour
  /** Where blood shines through: knuckles, cheeks, fingertips. */
  flush: Colour
  palm: Colour
  crease: Colour
  nail: Colour
}

/** The hand, with the forearm up to `elbow` (its skin part ends under the cuff, `cuff` of the way to the elbow). */
export function handPart(
  name: string,
  hand: Hand,
  elbow: Vec3,
  cuff: number,
  tone: SkinTone,
  group: number,
): Part {
  const { joints: j, length: size } = hand
  const field = handField(hand, elbow, cuff)
  const reach = 0.13 * size
  const arm = mix3(j[0], elbow, cuff)
  const all = [...j, arm]
  const bounds = [0, 1, 2].map((axis) => Math.min(...all.map((p) => p[axis])) - reach)
  const ends = [0, 1, 2].map((axis) => Math.max(...all.map((p) => p[axis])) + reach)
  const nails = nailFrames(hand)
  return {
    name,
    field,
    group,
    bounds: [bounds[0], bounds[1], bounds[2], ends[0], ends[1], ends[2]],
    paint: (finish, x, y, z) => {
      const p: Vec3 = [x, y, z]
      let flush = 0
      let crease = 0
      for (let finger = 0; finger < 5; finger++) {
        for (let k = 1; k < 4; k++) {
          const at = j[finger * 4 + k]
          const bone = normalize(sub(j[finger * 4 + k + 1], j[finger * 4 + k]))
          const from = sub(p, at)
          const away = Math.sqrt(dot(from, from))
          if (away > 0.11 * size) continue
          const inPalm = dot(from, hand.palm) > 0
          flush = Math.max(flush, bell(away / size, 0.062) * (k === 1 ? 0.8 : 0.65))
          const along = dot(from, bone) / size
          const across = Math.sqrt(Math.max(0, (away / size) ** 2 - along * along))
          // The neighbour's joints leave no crease here.
          if (finger > 0 && k > 1 && across < RADII[finger - 1][k - 1] * 1.12) {
            crease = Math.max(crease, bell(along, inPalm ? 0.008 : 0.006) * (inPalm ? 0.5 : 0.28))
            if (!inPalm) crease = Math.max(crease, bell(along - 0.02, 0.005) * 0.22)
          }
        }
        const tip = sub(p, j[finger * 4 + 4])
        flush = Math.max(flush, 0.75 * bell(Math.sqrt(dot(tip, tip)) / size, 0.06))
      }
      const front = sub(p, j[9])
      const palmar =
        smoothstep(-0.02, 0.03, dot(front, hand.palm) / size) *
        smoothstep(0.1, -0.5, dot(front, hand.forward) / size - 0.5)
      crease = Math.max(crease, palmLines(hand, p))
      const mottle = 1 + 0.035 * noise(x / 9, y / 9, z / 9)
      for (let c = 0; c < 3; c++) {
        let a = tone.base[c]
        a += (tone.palm[c] - a) * palmar * 0.6
        a += (tone.flush[c] - a) * clamp(flush) * 0.55
        a += (tone.crease[c] - a) * clamp(crease)
        finish.albedo[c] = a * mottle
      }
      finish.gloss = 0.055
      finish.sharpness = 22
      finish.flesh = 1
      for (const nail of nails) {
        const d = sub(p, nail.centre)
        const back = dot(d, nail.back)
        if (back < nail.radius * 0.3) continue
        const u = dot(d, nail.along) / (nail.radius * 1.25)
        const v = dot(d, nail.across) / (nail.radius * 0.74)
        const inside = 1 - smoothstep(0.82, 1, Math.sqrt(u * u * u * u + v * v * v * v))
        if (inside === 0) continue
        const white = smoothstep(0.6, 0.85, u)
        for (let c = 0; c < 3; c++) {
          const plate = tone.nail[c] + (0.75 - tone.nail[c]) * white * 0.7
          finish.albedo[c] += (plate - finish.albedo[c]) * inside
        }
        finish.gloss += 0.2 * inside
        finish.sharpness = 60
      }
    },
  }
}

/** The two long lines of the palm and the ball of the thumb. */
function palmLines(hand: Hand, p: Vec3): number {
  const from = sub(p, hand.joints[0])
  if (dot(from, hand.palm) < 0) return 0
  const u = dot(from, hand.forward) / hand.length
  const v = dot(from, hand.lateral) / hand.length
  if (u > 0.45 || u < 0.02) return 0
  const heart = bell(u - (0.37 - 0.45 * (v - 0.05) * (v - 0.05) + 0.1 * v), 0.007) * smoothstep(0.11, 0.06, v)
  const head = bell(u - (0.3 + 0.35 * v), 0.007) * smoothstep(-0.15, -0.08, v) * smoothstep(0.16, 0.12, v)
  const ball = Math.hypot(u - 0.14, v - 0.15)
  const life = bell(ball - 0.15, 0.008) * smoothstep(0.13, 0.08, v) * smoothstep(0.05, 0.12, u)
  return 0.42 * Math.max(heart, head, life)
}

function nailFrames(hand: Hand) {
  return [0, 1, 2, 3, 4].map((finger) => {
    const tip = hand.joints[finger * 4 + 4]
    const root = hand.joints[finger * 4 + 3]
    const along = normalize(sub(tip, root))
    const radius = (finger === 0 ? THUMB_RADII[3] + 0.006 : RADII[finger - 1][3] + 0.003) * hand.length
    // The thumb's nail looks sideways, away from the palm; the others look away from the palm.
    const away: Vec3 =
      finger === 0 ? add(scale(hand.palm, -0.75), scale(hand.lateral, 0.5)) : scale(hand.palm, -1)
    const back = normalize(sub(away, scale(along, dot(away, along))))
    return { centre: mix3(root, tip, 0.9), along, back, across: cross(along, back), radius }
  })
}

function handField(hand: Hand, elbow: Vec3, cuff: number): Field {
  const { joints: j, length: size } = hand
  const at = (along: number, aside: number, out: number): Vec3 =>
    add(
      j[0],
      add(
        scale(hand.forward, along * size),
        add(scale(hand.lateral, aside * size), scale(hand.palm, out * size)),
      ),
    )
  const bones: Field[] = []
  // Palm: wrist to knuckles, the ball of the thumb and the edge of the hand.
  const palm: Field[] = [
    roundCone(at(0.03, 0.045, 0), j[5], 0.075 * size, 0.066 * size),
    roundCone(at(0.03, 0.015, 0), j[9], 0.078 * size, 0.068 * size),
    roundCone(at(0.03, -0.02, 0), j[13], 0.078 * size, 0.065 * size),
    roundCone(at(0.03, -0.05, 0), j[17], 0.072 * size, 0.06 * size),
    roundCone(at(0.1, 0.08, 0.025), mix3(j[2], at(0.3, 0.1, 0.02), 0.25), 0.08 * size, 0.062 * size),
    roundCone(at(0.12, -0.085, 0.02), at(0.3, -0.12, 0.012), 0.062 * size, 0.056 * size),
    roundCone(at(0.3, 0.13, 0.0), j[2], 0.04 * size, 0.05 * size),
  ]
  const arm = mix3(j[0], elbow, cuff)
  const wide = hand.lateral
  palm.push(
    roundCone(
      add(j[0], scale(wide, 0.032 * size)),
      add(arm, scale(wide, 0.03 * size)),
      0.082 * size,
      0.1 * size,
    ),
    roundCone(
      add(j[0], scale(wide, -0.032 * size)),
      add(arm, scale(wide, -0.03 * size)),
      0.08 * size,
      0.1 * size,
    ),
  )
  for (let finger = 0; finger < 5; finger++) {
    const radii = finger === 0 ? THUMB_RADII : RADII[finger - 1]
    const first = finger * 4 + 1
    const chain: Field[] = []
    for (let k = 0; k < 3; k++) {
      chain.push(roundCone(j[first + k], j[first + k + 1], radii[k] * size, radii[k + 1] * size))
    }
    const link = 0.007 * size
    bones.push((x, y, z) => {
      let d = chain[0](x, y, z)
      for (let i = 1; i < chain.length; i++) d = smoothMin(d, chain[i](x, y, z), link)
      return d
    })
  }
  const melt = 0.05 * size
  const web = 0.035 * size
  return (x, y, z) => {
    let body = palm[0](x, y, z)
    for (let i = 1; i < palm.length; i++) body = smoothMin(body, palm[i](x, y, z), melt)
    let d = body
    // Each finger grows out of the palm, but neighbours only touch: a crease stays between them.
    for (const bone of bones) d = Math.min(d, smoothMin(body, bone(x, y, z), web))
    return d
  }
}
