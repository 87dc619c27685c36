import { z } from 'zod'
import type { Agreement, AnyDefinition, ParamUi } from './define-node'
import type { Registry } from './registry'
import { SOCKET_TYPES, type Socket } from './sockets'

/** A definition as data: what the browser, the docs and `mmgt nodes` know of a node. */
export interface CatalogEntry {
  id: string
  version: number
  title: string
  summary: string
  docs: string
  category: string
  inputs: Record<string, Socket>
  outputs: Record<string, Socket>
  /** Facts that two inputs must share, and the node that mends a difference. */
  agree: readonly Agreement[]
  /** JSON Schema of the params, with ranges, defaults and descriptions. */
  params: Record<string, unknown>
  widgets: Record<string, ParamUi>
  /** Params that may be changed while it runs. */
  live: readonly string[]
}

export function catalogEntry(definition: AnyDefinition): CatalogEntry {
  return {
    id: definition.id,
    version: definition.version,
    title: definition.title,
    summary: definition.summary,
    docs: definition.docs ?? '',
    category: definition.id.split('/')[0],
    inputs: definition.inputs,
    outputs: definition.outputs,
    agree: definition.agree ?? [],
    params: z.toJSONSchema(definition.params, { io: 'input', unrepresentable: 'any' }) as Record<
      string,
      unknown
    >,
    widgets: (definition.ui?.widgets ?? {}) as Record<string, ParamUi>,
    live: definition.live ?? [],
  }
}

/** Everything that can be placed, and the types that travel between. */
export interface Catalog {
  sockets: typeof SOCKET_TYPES
  nodes: CatalogEntry[]
}

export const catalog = (registry: Registry): Catalog => ({
  sockets: SOCKET_TYPES,
  nodes: registry.all().map(catalogEntry),
})
