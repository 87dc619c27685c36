'use client'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { PlacedNode } from '../state/document-store'
import { useEditor, useWorkflow } from '../state/editor-context'
import type { NodeRunView } from '../state/node-run-view'
import { useNodeRun } from '../state/run-store'

export interface CardModel {
  id: string
  node: PlacedNode
  definition: CatalogEntry | undefined
  title: string
  run: NodeRunView
}

/** All that a card shows of its node. Re-renders for this node only. */
export function useCard(id: string): CardModel | undefined {
  const { definitions } = useEditor()
  const node = useWorkflow(({ nodes }) => nodes[id])
  const run = useNodeRun(id)
  if (!node) return undefined
  const definition = definitions.get(node.type)
  return { id, node, definition, title: node.title ?? definition?.title ?? node.type, run }
}
