import type { SocketType } from './values'

/**
 * What a socket takes or gives. The `any` sockets of one node all have one type: that of what is connected. No value is
 * of it.
 */
export type SocketKind = SocketType | 'any'

/** One typed input or output of a definition. */
export interface Socket<T extends SocketKind = SocketKind, Optional extends boolean = boolean> {
  type: T
  label: string
  optional: Optional
  /** One line for tooltips and `mmgt nodes`. */
  doc: string
  /** Only an editor looks at it: it is neither computed for a run nor part of the cache key. */
  shownOnly?: true
}

/** Facts about a value that are known before anything runs; a missing fact is simply not known yet. */
export interface Facts {
  frames?: number
  fps?: number
  width?: number
  height?: number
  durationSeconds?: number
  sampleRate?: number
  regions?: string[]
  kind?: string
}

/** What each socket type is called, and which facts an editor can show on its edge without running. */
export const SOCKET_TYPES: Record<SocketKind, { label: string; facts: readonly (keyof Facts)[] }> = {
  image: { label: 'Image', facts: ['width', 'height'] },
  audio: { label: 'Audio', facts: ['durationSeconds', 'sampleRate'] },
  speech: { label: 'Speech features', facts: ['frames', 'fps', 'kind'] },
  pose: { label: 'Pose', facts: ['frames', 'fps', 'width', 'height'] },
  mask: { label: 'Mask', facts: ['frames', 'fps', 'width', 'height', 'regions'] },
  video: { label: 'Video', facts: ['frames', 'fps', 'width', 'height', 'durationSeconds'] },
  table: { label: 'Table', facts: [] },
  file: { label: 'File', facts: [] },
  number: { label: 'Number', facts: [] },
  integer: { label: 'Integer', facts: [] },
  text: { label: 'Text', facts: [] },
  boolean: { label: 'Boolean', facts: [] },
  choice: { label: 'Choice', facts: [] },
  any: { label: 'Anything', facts: [] },
}

export function socket<T extends SocketKind>(type: T, label: string, doc?: string): Socket<T, false> {
  return { type, label, optional: false, doc: doc ?? '' }
}

/** An input that may stay unconnected; the node then does without it, and says how in its docs. */
export function optional<T extends SocketKind>(type: T, label: string, doc?: string): Socket<T, true> {
  return { type, label, optional: true, doc: doc ?? '' }
}

/** An input that an editor shows and `run` never receives, such as the portrait below a pose. */
export function shownOnly<T extends SocketKind>(type: T, label: string, doc: string): Socket<T, true> {
  return { type, label, optional: true, doc, shownOnly: true }
}
