import { edgeKey, edgeTarget, liveParts } from '../../../../nodes/core/live-document'
import { itemOf, select } from '../selection-store'
import { type CommandContext, say } from './command-context'
import { removeNode, setEdge } from './write-parts'

/** Items and edges go. */
export function removalCommands(context: CommandContext) {
  const { doc, selection, definitions } = context
  const live = liveParts(doc)
  const { edit } = context.history

  return {
    /** Removes nodes, notes and groups (not what lies in a group), and edges by their keys. */
    remove(items: readonly string[], edges: readonly string[] = []): void {
      const what =
        items.length > 0
          ? say(context, 'delete', items)
          : edges.length === 1
            ? 'disconnect'
            : `delete ${edges.length} edges`
      edit(what, () => {
        for (const key of edges) live.edges.delete(key)
        for (const { kind, id } of items.map(itemOf)) {
          if (kind === 'node') removeNode(live, id)
          else live[kind === 'note' ? 'notes' : 'groups'].delete(id)
        }
        select(selection, {})
      })
    },

    /** Removes nodes and closes the gaps: what fed their first fitting input then feeds what they fed. */
    dissolve(ids: readonly string[]): void {
      edit(say(context, 'dissolve', ids), () => {
        for (const id of ids) {
          const definition = definitions().get((live.nodes.get(id)?.get('type') as string | undefined) ?? '')
          for (const [key, from] of [...live.edges]) {
            if (from[0] !== id || !definition) continue
            const type = definition.outputs[from[1]]?.type
            const input = Object.keys(definition.inputs).find((name) => definition.inputs[name].type === type)
            const source = input && live.edges.get(edgeKey([id, input]))
            if (source) setEdge(live, source, edgeTarget(key))
          }
          removeNode(live, id)
        }
        select(selection, {})
      })
    },
  }
}
