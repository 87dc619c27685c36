import type { Editor } from '../state/editor-context'

type Seeded = Pick<Editor, 'document' | 'definitions' | 'commands' | 'history'>

/** Nodes whose `seed` makes another performance. */
export function seededNodes({ document, definitions }: Pick<Seeded, 'document' | 'definitions'>): string[] {
  return Object.entries(document.getState().nodes).flatMap(([id, node]) =>
    node.mode === 'on' && definitions.get(node.type)?.widgets.seed?.widget === 'seed' ? [id] : [],
  )
}

export const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % 100_000

/** Nodes that take a new seed with every run: those whose seed is not locked, which it is unless somebody unlocks it. */
export const freeSeeds = (editor: Pick<Seeded, 'document' | 'definitions'>): string[] =>
  seededNodes(editor).filter((id) => editor.document.getState().nodes[id].freeSeed === true)

/** Before a run: new seeds for what it computes, as one edit. @param targets all nodes when left out */
export function takeFreeSeeds(editor: Seeded, targets?: readonly string[]): void {
  const involved = targets && upstreamOf(editor, targets)
  const ids = freeSeeds(editor).filter((id) => !involved || involved.has(id))
  if (ids.length === 0) return
  editor.history.edit('take new seeds', () => {
    for (const id of ids) editor.commands.setParam(id, 'seed', randomSeed())
  })
}

function upstreamOf({ document }: Pick<Seeded, 'document'>, targets: readonly string[]): Set<string> {
  const { edges } = document.getState()
  const found = new Set(targets)
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const { from, to } of edges) if (found.has(to[0])) found.add(from[0])
  }
  return found
}
