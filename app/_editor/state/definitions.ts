'use client'
import type { SocketsOf } from '../../../nodes/core/can-connect'
import type { Catalog, CatalogEntry } from '../../../nodes/core/catalog'

/** The catalog by node type. */
export interface Definitions extends SocketsOf {
  get(type: string): CatalogEntry | undefined
  all(): readonly CatalogEntry[]
}

export function indexCatalog(catalog: Catalog): Definitions {
  const byId = new Map(catalog.nodes.map((entry) => [entry.id, entry]))
  return { get: (type) => byId.get(type), all: () => catalog.nodes }
}
