import type { End } from '../../../../nodes/core/can-connect'
import { edgeKey, edgeTarget, liveParts } from '../../../../nodes/core/live-document'
import type { Point } from '../boxes'
import { select } from '../selection-store'
import { type CommandContext, titleOf } from './command-context'
import type { nodeCommands } from './node-commands'
import { foldEdge, setEdge } from './write-parts'

/** Edges between sockets, and nodes on them. */
export function edgeCommands(
  context: CommandContext,
  { addNode, joinNode }: ReturnType<typeof nodeCommands>,
) {
  const { doc, history, selection } = context
  const live = liveParts(doc)
  const { edit } = history

  return {
    /** Checks nothing: ask `canConnect` first. An edge that was at the input is replaced. */
    connect(from: End, to: End): void {
      edit('connect', () => setEdge(live, from, to))
    },

    /** What else is chosen stays so: whoever looks at the sockets of a node goes on looking at it. */
    disconnect(key: string): void {
      edit('disconnect', () => {
        live.edges.delete(key)
        const { items, edges } = selection.getState()
        if (edges.includes(key)) select(selection, { items, edges: edges.filter((edge) => edge !== key) })
      })
    },

    /** Moves the end of an edge to another input. */
    reconnect(key: string, from: End, to: End): void {
      edit('reconnect', () => {
        if (edgeKey(to) !== key) live.edges.delete(key)
        setEdge(live, from, to)
      })
    },

    /** Puts a node between the ends of an edge, on its first fitting sockets. */
    insertOnEdge(key: string, id: string): void {
      const from = live.edges.get(key)
      if (!from) return
      edit(`insert ${titleOf(context, id)}`, () => joinNode(id, { from, to: edgeTarget(key) }))
    },

    addOnEdge(key: string, type: string, at: Point): string | undefined {
      const from = live.edges.get(key)
      return from && addNode(type, at, { connect: { from, to: edgeTarget(key) } })
    },

    /** Draws edges as chips at their inputs, or as lines again. */
    setFolded(edges: readonly string[], folded: boolean): void {
      const what = edges.length === 1 ? 'an edge' : `${edges.length} edges`
      edit(`${folded ? 'fold' : 'draw'} ${what}`, () => {
        for (const edge of edges) if (live.edges.has(edge)) foldEdge(live, edge, folded)
      })
    },
  }
}
