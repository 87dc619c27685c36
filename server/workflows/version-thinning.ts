const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Of versions that nobody named, older ones are kept further apart. `olderThan`: age; `apart`: one in so long. */
const RULE = [
  { olderThan: 90 * DAY_MS, apart: 7 * DAY_MS },
  { olderThan: 7 * DAY_MS, apart: DAY_MS },
  { olderThan: DAY_MS, apart: HOUR_MS },
] as const

export interface ThinnedVersion {
  id: string
  kind: string
  /** Milliseconds since 1970. */
  createdAt: number
}

/**
 * Versions that are not needed any more. Named ones, the newest, and all of the last day stay for ever; of the others
 * the last of each hour stays for a week, then the last of each day for three months, then the last of each week.
 *
 * @param versions of one workflow, in any order
 * @returns ids to remove; those that stay would stay if asked again
 */
export function superfluousVersions(versions: readonly ThinnedVersion[], now: number): string[] {
  const newestFirst = [...versions].sort((a, b) => b.createdAt - a.createdAt)
  const taken = new Set<string>()
  return newestFirst.flatMap(({ id, kind, createdAt }, i) => {
    if (kind === 'named' || i === 0) return []
    const step = RULE.find(({ olderThan }) => now - createdAt > olderThan)
    if (!step) return []
    const slot = `${step.apart} ${Math.floor(createdAt / step.apart)}`
    if (!taken.has(slot)) {
      taken.add(slot)
      return []
    }
    return [id]
  })
}
