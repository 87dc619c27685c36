import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { RunNode } from '../../../nodes/core/run-snapshot'
import { sayList } from '../../_lib/say-list'
import { paramsOf } from '../inspector/param-schema'

const labelsOf = (definition: CatalogEntry) =>
  new Map(paramsOf(definition).map(({ key, label, unit = '' }) => [key, { label, unit }]))

/** `Motion: face 1.4 × from its next step`, and `… now` once it acts. */
export function sayTuned(
  definition: CatalogEntry,
  { params, isTaken }: NonNullable<RunNode['tuned']>,
): string {
  const labels = labelsOf(definition)
  const values = Object.entries(params).map(([key, value]) => {
    const { label = key, unit = '' } = labels.get(key) ?? {}
    return `${label} ${value}${unit && ` ${unit}`}`
  })
  return `${values.join(', ')} ${isTaken ? 'now' : 'from its next step'}`
}

/** `Motion: picture, Motion: face and Motion: lips` */
export function sayLive(definition: CatalogEntry): string {
  const labels = labelsOf(definition)
  return sayList(definition.live.map((key) => labels.get(key)?.label ?? key))
}
