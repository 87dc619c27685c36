import type {
  Ease,
  EditLayer,
  FingersTrack,
  JointTrack,
  KeysLayer,
  RegionTrack,
  Track,
} from '../../../nodes/lib/pose/edit-layers'
import { keyframeCurls, keyframeOffset, keyframeTransform } from '../../../nodes/lib/pose/keyframe-offset'
import { rangeWeight } from '../../../nodes/lib/pose/range-weight'
import { freshRange, type Layers, newLayerId, replaceLayer } from './layer-list'
import { jointIndex, MIRRORED, type PartId, partById, partOfTrack } from './parts'

/** Which track is meant: a joint with how it moves, a region, or the fingers of a hand. */
export type TrackSpec =
  | { part: 'joint'; joint: number; ik: boolean; follow: boolean; stretch?: boolean }
  | { part: 'region'; region: RegionTrack['region'] }
  | { part: 'fingers'; hand: 'left' | 'right' }

type JointKey = JointTrack['keys'][number]
type RegionKey = RegionTrack['keys'][number]
type FingersKey = FingersTrack['keys'][number]
type AnyKey = JointKey | RegionKey | FingersKey

export type KeyValues = Partial<Omit<JointKey & RegionKey & FingersKey, 'frame' | 'ease'>>

export interface KeyEdit {
  track: TrackSpec
  /** What changes; the rest keeps the value it has in that frame. */
  values: KeyValues
}

/** Bodies before arms, wrists before elbows that swivel, then hands and their fingers, the head before its face. */
function rankOf(track: TrackSpec | Track): number {
  if (track.part === 'joint') {
    const joint = jointIndex(track.joint)
    if (joint === 1 || joint === 8 || joint === 11) return 0
    if (joint === 2 || joint === 5) return 1
    if (track.ik && (joint === 4 || joint === 7)) return 3
    if (joint === 3 || joint === 6) return track.follow ? 2 : 4
    if (joint === 4 || joint === 7) return 5
    return joint >= 92 ? 8 : 11
  }
  if (track.part === 'fingers') return 7
  if (track.region === 'leftArm' || track.region === 'rightArm') return 2
  if (track.region === 'leftHand' || track.region === 'rightHand') return 6
  return track.region === 'head' ? 9 : track.region === 'face' ? 10 : 12
}

const isSame = (track: Track, spec: TrackSpec): boolean => {
  if (track.part === 'joint' && spec.part === 'joint') {
    return jointIndex(track.joint) === spec.joint && track.ik === spec.ik && track.follow === spec.follow
  }
  if (track.part === 'region' && spec.part === 'region') return track.region === spec.region
  return track.part === 'fingers' && spec.part === 'fingers' && track.hand === spec.hand
}

export const findTrack = (layer: EditLayer | undefined, spec: TrackSpec): Track | undefined =>
  layer && asKeysLayer(layer)?.tracks.find((track) => isSame(track, spec))

/** A layer as one of keyframes; a layer of one joint is one with a single track. Undefined for the other kinds. */
export function asKeysLayer(layer: EditLayer): KeysLayer | undefined {
  if (layer.kind === 'keys') return layer
  if (layer.kind !== 'joints') return undefined
  const { kind: _, joint, keys, ik, stretch, ...rest } = layer
  return { ...rest, kind: 'keys', tracks: [{ part: 'joint', joint, keys, ik, stretch, follow: true }] }
}

/** What a track does in a frame, whatever its keys; that of a track which is not there is nothing. */
export function trackValues(track: Track | undefined, spec: TrackSpec, frame: number): Required<KeyValues> {
  const nothing = {
    dx: 0,
    dy: 0,
    scale: 1,
    degrees: 0,
    thumb: 0,
    index: 0,
    middle: 0,
    ring: 0,
    little: 0,
    spread: 1,
  }
  if (!track) return nothing
  if (track.part === 'joint') {
    const { x, y } = keyframeOffset(track.keys, frame)
    return { ...nothing, dx: x, dy: y }
  }
  if (track.part === 'region') return { ...nothing, ...keyframeTransform(track.keys, frame) }
  return spec.part === 'fingers' ? { ...nothing, ...keyframeCurls(track.keys, frame) } : nothing
}

const LIMITS: Record<keyof KeyValues, readonly [number, number]> = {
  dx: [-20_000, 20_000],
  dy: [-20_000, 20_000],
  scale: [0.05, 10],
  degrees: [-3_600, 3_600],
  thumb: [0, 1],
  index: [0, 1],
  middle: [0, 1],
  ring: [0, 1],
  little: [0, 1],
  spread: [0, 3],
}

const FIELDS: Record<TrackSpec['part'], readonly (keyof KeyValues)[]> = {
  joint: ['dx', 'dy'],
  region: ['dx', 'dy', 'scale', 'degrees'],
  fingers: ['thumb', 'index', 'middle', 'ring', 'little', 'spread'],
}

/** Hundredths of a pixel and of a degree are finer than anybody sees, and keep documents small. */
const rounded = (value: number) => Math.round(value * 100) / 100

function withKey(track: Track | undefined, { track: spec, values }: KeyEdit, frame: number): Track {
  const now = { ...trackValues(track, spec, frame), ...values }
  const fields = Object.fromEntries(
    FIELDS[spec.part].map((name) => {
      const [least, most] = LIMITS[name]
      return [name, rounded(Math.max(least, Math.min(most, now[name])))]
    }),
  )
  const keys = (track?.keys ?? []) as AnyKey[]
  const before = keys.findLast((key) => key.frame <= frame)
  const key = { frame, ease: before?.ease ?? 'ease-in-out', ...fields }
  const rest = keys.filter((one) => one.frame !== frame)
  const at = rest.filter((one) => one.frame < frame).length
  const next = [...rest.slice(0, at), key, ...rest.slice(at)]
  const made = track ?? (spec.part === 'joint' ? { ...spec, stretch: spec.stretch ?? false } : spec)
  return { ...made, keys: next } as Track // keys have the fields of their part, see FIELDS
}

/**
 * Writes keys at `frame` into a layer. A layer that does not count fully there is stretched until it does, so that
 * what is dragged lands where it is dropped.
 */
export function editKeys(layers: Layers, id: string, frame: number, edits: readonly KeyEdit[]): EditLayer[] {
  return replaceLayer(layers, id, (layer) => {
    const keyed = asKeysLayer(layer)
    if (!keyed) return layer
    let tracks = keyed.tracks
    for (const edit of edits) {
      const found = tracks.find((track) => isSame(track, edit.track))
      const next = withKey(found, edit, frame)
      if (found) tracks = tracks.map((track) => (track === found ? next : track))
      else {
        const at = tracks.filter((track) => rankOf(track) <= rankOf(next)).length
        tracks = [...tracks.slice(0, at), next, ...tracks.slice(at)]
      }
    }
    return { ...keyed, ...reaching(keyed, frame), tracks }
  })
}

/** The range of a layer, widened so that `frame` lies where it counts fully. */
function reaching(layer: EditLayer, frame: number): Pick<EditLayer, 'from' | 'to'> {
  const { from, to, fadeIn, fadeOut } = layer
  return {
    from: frame - fadeIn < from ? Math.max(0, frame - fadeIn) : from,
    to: to !== null && frame + fadeOut + 1 > to ? frame + fadeOut + 1 : to,
  }
}

/** How much a layer counts in a frame of a motion of `frames` frames. */
export const layerWeight = (layer: EditLayer, frame: number, frames: number): number =>
  layer.enabled ? layer.strength * rangeWeight(frame, { ...layer, to: layer.to ?? frames }) : 0

/**
 * The layer that a gesture writes into: the selected one when it takes keys, else a new one above it.
 *
 * @returns `made` when the layer is not in the list yet: `editKeys` would not find it without a track
 */
export function layerForKeys(
  layers: Layers,
  selected: string | undefined,
  frame: number,
  frames: number,
  name: string,
): { layers: EditLayer[]; id: string } {
  const at = layers.findIndex((layer) => layer.id === selected)
  const found = at < 0 ? undefined : asKeysLayer(layers[at])
  if (found) {
    // A hidden layer that is edited shows itself, or the drag would do nothing.
    const shown = { ...found, enabled: true, strength: found.strength || 1, ...reaching(found, frame) }
    return { layers: layers.map((layer, i) => (i === at ? shown : layer)), id: found.id }
  }
  const id = newLayerId(layers)
  const layer: KeysLayer = { id, name, kind: 'keys', ...freshRange(frame, frames), tracks: [] }
  const place = at < 0 ? layers.length : at + 1
  return { layers: [...layers.slice(0, place), layer, ...layers.slice(place)], id }
}

/** Layers without those that have no track left: a list that the schema takes. */
export const withoutEmpty = (layers: Layers): EditLayer[] =>
  layers.filter((layer) => layer.kind !== 'keys' || layer.tracks.length > 0)

const mapTracks = (layers: Layers, id: string, change: (track: Track) => Track | null): EditLayer[] =>
  withoutEmpty(
    replaceLayer(layers, id, (layer) => {
      const keyed = asKeysLayer(layer)
      if (!keyed) return layer
      return { ...keyed, tracks: keyed.tracks.map(change).filter((track) => track !== null) }
    }),
  )

const withKeys = (track: Track, keys: readonly AnyKey[]): Track | null =>
  keys.length > 0 ? ({ ...track, keys } as Track) : null // the keys came from this track

const sorted = (keys: AnyKey[]) => keys.sort((a, b) => a.frame - b.frame)

/** Frames in which a part has keys in a layer. */
export function keyFramesOf(layer: EditLayer | undefined, part: PartId): number[] {
  const tracks = (layer && asKeysLayer(layer)?.tracks.filter((track) => partOfTrack(track) === part)) ?? []
  return [...new Set(tracks.flatMap(({ keys }) => keys.map(({ frame }) => frame)))].sort((a, b) => a - b)
}

/** Moves the keys of a part from one frame to another, or copies them; keys that are there already give way. */
export function moveKeys(
  layers: Layers,
  id: string,
  part: PartId,
  from: number,
  to: number,
  copy: boolean,
): EditLayer[] {
  if (from === to) return [...layers]
  return mapTracks(layers, id, (track) => {
    const key = (track.keys as AnyKey[]).find(({ frame }) => frame === from)
    if (partOfTrack(track) !== part || !key) return track
    const rest = (track.keys as AnyKey[]).filter(({ frame }) => frame !== to && (copy || frame !== from))
    return withKeys(track, sorted([...rest, { ...key, frame: to }]))
  })
}

export const removeKeys = (layers: Layers, id: string, part: PartId, frame: number): EditLayer[] =>
  mapTracks(layers, id, (track) =>
    partOfTrack(track) === part
      ? withKeys(
          track,
          (track.keys as AnyKey[]).filter((key) => key.frame !== frame),
        )
      : track,
  )

export const setEase = (
  layers: Layers,
  id: string,
  part: PartId,
  frame: number | 'all',
  ease: Ease,
): EditLayer[] =>
  mapTracks(layers, id, (track) => {
    if (partOfTrack(track) !== part) return track
    return withKeys(
      track,
      (track.keys as AnyKey[]).map((key) =>
        frame === 'all' || key.frame === frame ? { ...key, ease } : key,
      ),
    )
  })

export function easeAt(layer: EditLayer | undefined, part: PartId, frame: number): Ease | undefined {
  const keyed = layer && asKeysLayer(layer)
  const keys = keyed?.tracks
    .filter((track) => partOfTrack(track) === part)
    .flatMap((track) => track.keys as AnyKey[])
  return keys?.find((key) => key.frame === frame)?.ease
}

/** Takes all edits of a part out of a layer. */
export const clearPart = (layers: Layers, id: string, part: PartId): EditLayer[] =>
  mapTracks(layers, id, (track) => (partOfTrack(track) === part ? null : track))

const MIRRORED_JOINT: Record<number, number> = { 2: 5, 3: 6, 4: 7, 5: 2, 6: 3, 7: 4, 8: 11, 11: 8 }

const mirroredJoint = (joint: number): number => {
  if (joint >= 113) return joint - 21
  if (joint >= 92) return joint + 21
  return MIRRORED_JOINT[joint] ?? joint
}

function mirroredTrack(track: Track): Track {
  const flipped = (track.keys as AnyKey[]).map((key) => {
    if ('degrees' in key) return { ...key, dx: -key.dx, degrees: -key.degrees }
    return 'dx' in key ? { ...key, dx: -key.dx } : key
  })
  const side = (name: 'left' | 'right') => (name === 'left' ? 'right' : 'left')
  if (track.part === 'joint')
    return { ...track, joint: mirroredJoint(jointIndex(track.joint)), keys: flipped as JointKey[] }
  if (track.part === 'fingers') return { ...track, hand: side(track.hand) }
  return { ...track, region: partById(MIRRORED[partOfTrack(track)]).region, keys: flipped as RegionKey[] }
}

/** The edits of a part, mirrored: onto the other arm or hand, or the part itself turned to the other side. */
export function mirrorPart(layers: Layers, id: string, part: PartId): EditLayer[] {
  return replaceLayer(layers, id, (layer) => {
    const keyed = asKeysLayer(layer)
    if (!keyed) return layer
    const mine = keyed.tracks.filter((track) => partOfTrack(track) === part).map(mirroredTrack)
    if (mine.length === 0) return layer
    const rest = keyed.tracks.filter((track) => partOfTrack(track) !== MIRRORED[part])
    return { ...keyed, tracks: [...rest, ...mine].sort((a, b) => rankOf(a) - rankOf(b)) }
  })
}
