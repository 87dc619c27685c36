import type { EditLayer, JointsLayer, KeysLayer } from '../../../nodes/lib/pose/edit-layers'
import { type PartId, partById, partsOfLayer } from './parts'

export type Layers = readonly EditLayer[]

/** Frames of a new layer before and after the one it is made in, and how many of these it takes to grow and to go. */
export const NEW_RANGE = { reach: 12, fade: 6 }

export const newLayerId = (layers: Layers): string => {
  for (let n = layers.length + 1; ; n++) {
    const id = `layer-${n}`
    if (!layers.some((layer) => layer.id === id)) return id
  }
}

/** What is the same in every new layer: on, at full strength, around `frame` of a motion of `frames` frames. */
export function freshRange(frame: number, frames: number) {
  const { reach, fade } = NEW_RANGE
  const whole = frames <= 2 * reach + 6
  if (whole) return { enabled: true, strength: 1, from: 0, to: null, fadeIn: 0, fadeOut: 0 }
  const from = Math.max(0, frame - reach)
  const end = frame + reach + 1
  return {
    enabled: true,
    strength: 1,
    from,
    to: end >= frames ? null : end,
    fadeIn: from === 0 ? 0 : fade,
    fadeOut: end >= frames ? 0 : fade,
  }
}

/** What a layer is called: its name, or what it does. */
export function layerTitle(layer: EditLayer): string {
  if (layer.name) return layer.name
  const pair = 'region' in layer && { arms: 'Arms', hands: 'Hands' }[String(layer.region)]
  const parts = pair ? [pair] : partsOfLayer(layer).map((id) => partById(id).label)
  const subject =
    parts.length === 0 ? 'Everything' : parts.length > 2 ? `${parts.length} parts` : parts.join(', ')
  const verbs: Record<EditLayer['kind'], string> = {
    offset: 'moved',
    scale: 'sized',
    rotate: 'turned',
    amplitude: 'amplitude',
    joints: '',
    keys: '',
    mute: 'still',
  }
  return verbs[layer.kind] ? `${subject}: ${verbs[layer.kind]}` : subject
}

const keyFrames = (layer: KeysLayer | JointsLayer): Set<number> =>
  new Set(
    (layer.kind === 'keys' ? layer.tracks : [layer]).flatMap(({ keys }) => keys.map(({ frame }) => frame)),
  )

/** The line below the name: where it is and how much it does. */
export function layerFacts(layer: EditLayer, frames: number): string {
  const last = Math.min(layer.to ?? frames, frames) - 1
  const range = layer.from === 0 && last >= frames - 1 ? 'whole clip' : `f ${layer.from} – ${last}`
  switch (layer.kind) {
    case 'keys':
    case 'joints': {
      const count = keyFrames(layer).size
      return `${range} · ${count} ${count === 1 ? 'key' : 'keys'}`
    }
    case 'amplitude':
      return `${range} · × ${layer.factor.toFixed(2)}`
    case 'offset':
      return `${range} · ${signed(layer.dx)}, ${signed(layer.dy)} px`
    case 'scale':
      return `${range} · × ${layer.factor.toFixed(2)}`
    case 'rotate':
      return `${range} · ${signed(layer.degrees)}°`
    case 'mute':
      return `${range} · ${layer.mode === 'freeze' ? 'held' : 'hidden'}`
  }
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(Math.round(value * 10) / 10)}`

export const replaceLayer = (
  layers: Layers,
  id: string,
  change: (layer: EditLayer) => EditLayer,
): EditLayer[] => layers.map((layer) => (layer.id === id ? change(layer) : layer))

/** Changes what all kinds of layers have. A range that would be empty keeps one frame. */
export function setLayer(
  layers: Layers,
  id: string,
  change: Partial<Pick<EditLayer, 'name' | 'enabled' | 'strength' | 'from' | 'to' | 'fadeIn' | 'fadeOut'>>,
): EditLayer[] {
  return replaceLayer(layers, id, (layer) => {
    const next = { ...layer, ...change }
    if (next.name === undefined || next.name.trim() === '') delete next.name
    else next.name = next.name.trim().slice(0, 80)
    next.from = Math.max(0, Math.round(next.from))
    if (next.to !== null) next.to = Math.max(next.from + 1, Math.round(next.to))
    next.fadeIn = Math.max(0, Math.round(next.fadeIn))
    next.fadeOut = Math.max(0, Math.round(next.fadeOut))
    return next
  })
}

export const removeLayer = (layers: Layers, id: string): EditLayer[] =>
  layers.filter((layer) => layer.id !== id)

export function duplicateLayer(layers: Layers, id: string): { layers: EditLayer[]; id: string } {
  const at = layers.findIndex((layer) => layer.id === id)
  if (at < 0) return { layers: [...layers], id }
  const copy: EditLayer = {
    ...layers[at],
    id: newLayerId(layers),
    name: `${layerTitle(layers[at])} copy`.slice(0, 80),
  }
  return { layers: [...layers.slice(0, at + 1), copy, ...layers.slice(at + 1)], id: copy.id }
}

/** Moves a layer to place `to` of the list as it is applied, 0 first. */
export function moveLayer(layers: Layers, id: string, to: number): EditLayer[] {
  const from = layers.findIndex((layer) => layer.id === id)
  if (from < 0) return [...layers]
  const rest = layers.filter((layer) => layer.id !== id)
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, layers[from])
  return rest
}

/** The layer that keeps the amplitude of a part over the whole clip, as the list of parts sets it. */
const isPartAmplitude = (
  layer: EditLayer,
  part: PartId,
): layer is Extract<EditLayer, { kind: 'amplitude' }> =>
  layer.kind === 'amplitude' &&
  layer.region === partById(part).region &&
  layer.from === 0 &&
  layer.to === null

export const partAmplitude = (layers: Layers, part: PartId): number =>
  layers.find((layer) => isPartAmplitude(layer, part) && layer.enabled)
    ? (layers.find((layer) => isPartAmplitude(layer, part) && layer.enabled) as { factor: number }).factor
    : 1

/** 1 takes the layer away. The first change puts it below all others: keys then lie on the calmer motion. */
export function setPartAmplitude(layers: Layers, part: PartId, factor: number): EditLayer[] {
  const found = layers.find((layer) => isPartAmplitude(layer, part))
  if (found && factor === 1) return removeLayer(layers, found.id)
  if (found)
    return replaceLayer(layers, found.id, (layer) => ({ ...layer, enabled: true, factor }) as EditLayer) // an amplitude layer, found as one
  if (factor === 1) return [...layers]
  const layer: EditLayer = {
    id: newLayerId(layers),
    kind: 'amplitude',
    region: partById(part).region,
    factor,
    about: 'mean',
    enabled: true,
    strength: 1,
    from: 0,
    to: null,
    fadeIn: 0,
    fadeOut: 0,
  }
  return [layer, ...layers]
}
