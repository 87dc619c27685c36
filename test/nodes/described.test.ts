import { expect, it } from 'vitest'
import { catalogEntry } from '../../nodes/core/catalog'
import { registry } from '../../nodes/registry'

it.each(registry.all().map((definition) => [definition.id, definition] as const))(
  '%s says what it does and what each of its params does',
  (_, definition) => {
    const { docs, summary, params } = catalogEntry(definition)
    expect(summary.length).toBeGreaterThan(20)
    expect(docs.length).toBeGreaterThan(60)
    const properties = (params.properties ?? {}) as Record<string, { description?: string }>
    for (const [name, { description = '' }] of Object.entries(properties))
      expect(description.length, name).toBeGreaterThan(8)
  },
)
