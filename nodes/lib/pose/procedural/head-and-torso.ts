import type { Prosody } from '../../dsp/prosody'
import { driftNoise, minimumJerk, randomStream } from './random'
import type { Side } from './rig'
import type { GestureParams, Stroke } from './schedule'
import { addPulse, smoothBody, smoothOver, startAtZero, TRACK_RATE, type Track } from './track'

/** Angles of the head against the first pose, degrees. */
export interface HeadTracks {
  /** Turn; positive moves the near parts of the face to the right of the picture. */
  yaw: Track
  /** Nod; positive is down. */
  pitch: Track
  roll: Track
}

/** Displacements of the trunk in shoulder widths; positive is right and up. */
export interface TorsoTracks {
  sway: Track
  breath: Track
  raise: Record<Side, Track>
}

/** 0…1 per tick: speech now, with soft edges. Idle motion is calmer in silence. */
export function speakingTrack(prosody: Prosody, ticks: number): Track {
  const track = new Float64Array(ticks)
  for (const { start, end } of prosody.phrases) {
    track.fill(1, Math.round(start * TRACK_RATE), Math.round(end * TRACK_RATE))
  }
  return smoothOver(track, 0.4)
}

/**
 * Nods on accents, a new posture per phrase, slow drift.
 *
 * @param sideways how far both hands together are to the right of where they started, shoulder widths
 */
export function headTracks(
  prosody: Prosody,
  params: GestureParams,
  speaking: Track,
  sideways: Track,
): HeadTracks {
  const ticks = speaking.length
  const pitch = new Float64Array(ticks)
  const roll = new Float64Array(ticks)
  const random = randomStream(params.seed, 'head')
  let last = Number.NEGATIVE_INFINITY
  prosody.syllables.forEach(({ accent, onset, prominence }, i) => {
    const draw = (k: number) => random.uniform(16 * i + k)
    if (!accent || onset - last < 0.42 || draw(0) >= 0.45 + 0.5 * prominence) return
    last = onset
    let size = (2.2 + 4.2 * prominence) * (0.8 + 0.4 * draw(1))
    if (draw(2) < 0.16) size *= -0.6
    const up = 0.2 + 0.05 * draw(3)
    const apex = onset + 0.05
    addPulse(pitch, { apex: apex - up, up: 0.18, hold: 0, down: 0.16, size: -0.28 * size })
    addPulse(pitch, { apex, up, hold: 0, down: 0.34, size })
    addPulse(roll, { apex, up, hold: 0, down: 0.34, size: 0.25 * size * (2 * draw(4) - 1) })
  })

  const yaw = new Float64Array(ticks)
  addPostures(prosody, params.seed, { yaw, pitch, roll })
  const follow = smoothOver(sideways, 0.25)
  const drift = {
    yaw: driftNoise(params.seed, 'head/yaw', 0.1),
    pitch: driftNoise(params.seed, 'head/pitch', 0.12),
    roll: driftNoise(params.seed, 'head/roll', 0.09),
  }
  for (let i = 0; i < ticks; i++) {
    const t = i / TRACK_RATE
    const calm = 0.45 + 0.55 * speaking[i]
    yaw[i] += 3.2 * calm * drift.yaw(t) + 2.2 * follow[i]
    pitch[i] += 1.4 * calm * drift.pitch(t)
    roll[i] += 1.1 * calm * drift.roll(t)
  }
  const finish = (track: Track, limit: number) =>
    startAtZero(smoothBody(track).map((x) => limit * Math.tanh((params.head * x) / limit)))
  return { yaw: finish(yaw, 15), pitch: finish(pitch, 11), roll: finish(roll, 9) }
}

/** The head settles into a new attitude with each phrase and comes back after the last. */
function addPostures(prosody: Prosody, seed: number, tracks: HeadTracks): void {
  const random = randomStream(seed, 'head/posture')
  const ticks = tracks.yaw.length
  const scale = { yaw: 2.8, pitch: 1, roll: 1.8 }
  const now = { yaw: 0, pitch: 0, roll: 0 }
  const changes = prosody.phrases.map(({ start }, k) => ({
    start: Math.max(0, start - 0.25),
    seconds: 0.9 + 0.3 * random.uniform(97 * k + 90),
    to: {
      yaw: scale.yaw * random.bell(32 * k),
      pitch: scale.pitch * random.bell(32 * k + 1),
      roll: scale.roll * random.bell(32 * k + 2),
    },
  }))
  const end = prosody.phrases.at(-1)?.end
  if (end !== undefined) changes.push({ start: end, seconds: 1.1, to: { yaw: 0, pitch: 0, roll: 0 } })
  changes.forEach(({ start, seconds, to }, k) => {
    const first = Math.ceil(start * TRACK_RATE)
    const until = Math.min(ticks, Math.ceil((changes[k + 1]?.start ?? Number.POSITIVE_INFINITY) * TRACK_RATE))
    for (const axis of ['yaw', 'pitch', 'roll'] as const) {
      const from = now[axis]
      let value = from
      for (let i = first; i < until; i++) {
        value = from + (to[axis] - from) * minimumJerk((i / TRACK_RATE - start) / seconds)
        tracks[axis][i] += value
      }
      now[axis] = value
    }
  })
}

const BREATH_HERTZ = 0.24
const MOST_RAISE = 0.14

export function torsoTracks(
  prosody: Prosody,
  params: GestureParams,
  strokes: Stroke[],
  speaking: Track,
  sideways: Track,
): TorsoTracks {
  const ticks = speaking.length
  const follow = smoothOver(sideways, 0.25)
  const sway = driftNoise(params.seed, 'idle/sway', 0.07)
  const lean = driftNoise(params.seed, 'idle/lean', 0.09)
  const swayTrack = speaking.map((speech, i) => {
    const t = i / TRACK_RATE
    return (0.016 * sway(t) + 0.01 * lean(t)) * (0.7 + 0.5 * speech) + 0.03 * follow[i]
  })
  const raise = { right: new Float64Array(ticks), left: new Float64Array(ticks) }
  for (const { apex, kind, prominence, sides } of strokes) {
    const vigour = Math.min(1.5, 0.3 + 0.7 * params.energy)
    const size = kind === 'shrug' ? 0.075 * vigour : 0.03 * (0.4 + prominence) * vigour
    for (const side of ['right', 'left'] as const) {
      const share = sides.includes(side) ? 1 : 0.3
      addPulse(raise[side], { apex, up: 0.34, hold: 0.12, down: 0.5, size: size * share })
    }
  }
  const limited = (track: Track) =>
    startAtZero(smoothBody(track).map((x) => MOST_RAISE * Math.tanh(x / MOST_RAISE)))
  return {
    sway: startAtZero(smoothBody(swayTrack)),
    breath: startAtZero(smoothBody(breathing(prosody, params.seed, speaking))),
    raise: { right: limited(raise.right), left: limited(raise.left) },
  }
}

function breathing(prosody: Prosody, seed: number, speaking: Track): Track {
  const rate = driftNoise(seed, 'breath/rate', 0.05)
  let phase = 2 * Math.PI * randomStream(seed, 'breath').uniform(0)
  const track = speaking.map((speech, i) => {
    phase += (2 * Math.PI * (BREATH_HERTZ + 0.03 * rate(i / TRACK_RATE))) / TRACK_RATE
    return 0.016 * (0.5 - 0.5 * Math.cos(phase)) * (1 - 0.35 * speech)
  })
  for (const { start } of prosody.phrases) {
    addPulse(track, { apex: start, up: 0.45, hold: 0.05, down: 0.9, size: 0.012 })
  }
  return track
}
