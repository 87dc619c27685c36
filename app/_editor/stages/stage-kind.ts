import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { SocketKind } from '../../../nodes/core/sockets'
import type { ValueRef } from '../../../nodes/core/value-ref'

/** What a card shows when a node has outputs of several types. */
const SHOWN_FIRST: readonly SocketKind[] = [
  'file',
  'video',
  'mask',
  'pose',
  'image',
  'speech',
  'audio',
  'table',
]

const HEIGHTS: Partial<Record<SocketKind, (width: number) => number>> = {
  audio: () => 70,
  speech: () => 70,
  table: () => 132,
}

/** Pictures are square up to this height: portraits are, and a row of cards stays in line. */
const TALLEST = 216
const TEXT_HEIGHT = 48

export const STRIP_HEIGHT = 14

type Outputs = Pick<CatalogEntry, 'outputs'> & { id?: string }

/** Shows two of its inputs over one another, and its figures over them. */
export const isComparison = ({ id }: { id?: string }): boolean => id === 'video/compare'

/** The type of what a card of this definition shows; undefined for a node without outputs. */
export function shownType({ outputs }: Outputs): SocketKind | undefined {
  const types = Object.values(outputs).map((socket) => socket.type)
  return SHOWN_FIRST.find((type) => types.includes(type)) ?? types[0]
}

/** The value a card shows: the first output of the shown type that has one. */
export function shownValue(
  definition: Outputs,
  values: Readonly<Record<string, ValueRef>>,
): ValueRef | undefined {
  const type = shownType(definition)
  const output = Object.keys(definition.outputs).find(
    (name) => definition.outputs[name].type === type && values[name] !== undefined,
  )
  return output === undefined ? undefined : values[output]
}

const isPicture = (type: SocketKind) => ['image', 'pose', 'mask', 'video', 'file', 'any'].includes(type)

/** What has frames gets a strip with the time axis below its picture; a waveform is its own axis. */
export const hasStrip = (type: SocketKind | undefined): boolean =>
  type !== undefined && ['pose', 'mask', 'video', 'file', 'any'].includes(type)

/** Height of the picture without its strip. */
export function pictureHeight(type: SocketKind | undefined, width: number): number {
  if (type === undefined) return 0
  if (isPicture(type)) return Math.min(width, TALLEST)
  return HEIGHTS[type]?.(width) ?? TEXT_HEIGHT
}

/**
 * Height of stage and strip together in CSS pixels, known before anything is loaded. It follows from the definition
 * and the width alone, so nothing moves when a value arrives.
 */
export function stageHeight(_node: unknown, definition: Outputs, width: number): number {
  const type = isComparison(definition) ? 'video' : shownType(definition)
  return pictureHeight(type, width) + (hasStrip(type) ? STRIP_HEIGHT : 0)
}
