import type { AnyDefinition } from './define-node'

/** The definitions a document may use, found by id. */
export interface Registry {
  get(id: string): AnyDefinition | undefined
  all(): readonly AnyDefinition[]
}

/** @throws Error when two definitions share an id: a mistake in the list, not in a document. */
export function createRegistry(definitions: readonly AnyDefinition[]): Registry {
  const byId = new Map<string, AnyDefinition>()
  for (const definition of definitions) {
    if (byId.has(definition.id)) throw new Error(`two definitions are called ${definition.id}`)
    byId.set(definition.id, definition)
  }
  return { get: (id) => byId.get(id), all: () => definitions }
}
