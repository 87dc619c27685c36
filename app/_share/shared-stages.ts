import type { CatalogEntry } from '../../nodes/core/catalog'
import type { StageRun, StageSource } from '../_editor/stages/stage-source'
import type { SharedView } from './shared-view'

const NOTHING = {}

/** What stages show of a shared run: nothing moves but time. */
export function sharedStages(
  { document, values }: Pick<SharedView, 'document' | 'values'>,
  definitionOf: (type: string) => CatalogEntry | undefined,
): StageSource {
  const runs = new Map<string, StageRun>()
  for (const id of Object.keys(document.nodes)) {
    runs.set(id, {
      state: values[id] ? 'done' : 'idle',
      fraction: 1,
      values: values[id] ?? NOTHING,
      stale: false,
    })
  }
  const idle: StageRun = { state: 'idle', fraction: 0, values: NOTHING, stale: false }
  return {
    useDefinition: (id) => definitionOf(document.nodes[id]?.type),
    useTitle: (id) => document.nodes[id]?.title ?? definitionOf(document.nodes[id]?.type)?.title ?? id,
    useRun: (id) => runs.get(id) ?? idle,
    useWiring: () => document,
    useValues: () => values,
    useSelected: () => undefined,
  }
}
