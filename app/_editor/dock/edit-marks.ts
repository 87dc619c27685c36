/** Edits of a pose or mask editor as they lie on the timeline. */
export interface EditMark {
  name: string
  /** First frame and the one after the last; null to the end. */
  from: number
  to: number | null
  keys: number[]
  enabled: boolean
}

/** `leftHand` → `left hand` */
const words = (name: string) => name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)
const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const recordsIn = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])
const numberOr = <T>(value: unknown, other: T) => (typeof value === 'number' ? value : other)

/**
 * What the layers of an editor node do over time. Layers are read as far as the timeline shows them; what is wrong with
 * them is said where they are edited.
 *
 * @param lastIncluded whether `to` names the last frame with an effect (masks) or the first without (poses)
 */
export function editMarks(layers: unknown, lastIncluded: boolean): EditMark[] {
  if (!Array.isArray(layers)) return []
  return layers.filter(isRecord).map((layer) => {
    const to = numberOr(layer.to, null)
    const keys = [layer, ...recordsIn(layer.tracks)].flatMap((track) => recordsIn(track.keys))
    const subject = layer.joint ?? layer.region
    const kind = typeof layer.kind === 'string' ? layer.kind : 'edit'
    return {
      name: capitalised(
        typeof layer.name === 'string'
          ? layer.name
          : typeof subject === 'string' && kind !== 'joints'
            ? `${words(subject)}: ${kind}`
            : typeof subject === 'string'
              ? words(subject)
              : typeof subject === 'number'
                ? `point ${subject}`
                : kind,
      ),
      from: numberOr(layer.from, 0),
      to: to === null ? null : lastIncluded ? to + 1 : to,
      keys: [...new Set(keys.map((key) => numberOr(key.frame, 0)))].sort((a, b) => a - b),
      enabled: layer.enabled !== false,
    }
  })
}

/** Rows so that no two marks of a row overlap, at most `most`; what does not fit goes into the last. */
export function inLanes(
  marks: readonly EditMark[],
  frames: number,
  most: number,
): { mark: EditMark; lane: number }[] {
  const ends: number[] = []
  return [...marks]
    .sort((a, b) => a.from - b.from)
    .map((mark) => {
      const free = ends.findIndex((end) => end <= mark.from)
      const lane = free >= 0 ? free : Math.min(ends.length, most - 1)
      ends[lane] = Math.max(ends[lane] ?? 0, mark.to ?? frames)
      return { mark, lane }
    })
}
