'use client'
import { useMemo } from 'react'
import { useFigures } from '../figures/figures-store'
import { useEditor, useSelection, useWorkflow } from '../state/editor-context'
import { type RunStoreState, useNodeRun, useRuns } from '../state/run-store'
import { itemOf } from '../state/selection-store'
import type { StageSource } from './stage-source'
import type { Values } from './trace-values'

/** Stages and timeline of the open workflow. */
export const editorStages: StageSource = {
  useDefinition(nodeId) {
    const { definitions } = useEditor()
    return definitions.get(useWorkflow(({ nodes }) => nodes[nodeId]?.type ?? ''))
  },
  useTitle(nodeId) {
    const { definitions } = useEditor()
    return useWorkflow(({ nodes }) => {
      const node = nodes[nodeId]
      return node?.title ?? definitions.get(node?.type ?? '')?.title ?? nodeId
    })
  },
  useRun: useNodeRun,
  useCompare: () => showFiguresOf,
  useWiring() {
    // Not the document itself: that is another one with every pixel a card is moved.
    const nodes = useWorkflow((document) => document.nodes)
    const edges = useWorkflow((document) => document.edges)
    return useMemo(() => ({ nodes, edges }), [nodes, edges])
  },
  useValues: () => useRuns(valuesOf),
  useSelected: () =>
    useSelection(({ items }) => {
      const only = items.length === 1 ? itemOf(items[0]) : undefined
      return only?.kind === 'node' ? only.id : undefined
    }),
}

const showFiguresOf = (focus: string) => useFigures.getState().open({ focus })

const known = new WeakMap<RunStoreState['views'], Values>()
let latest: Values = {}

/** The values of all views; the same object until one of them changes, so that progress re-renders nothing here. */
function valuesOf({ views }: RunStoreState): Values {
  const before = known.get(views)
  if (before) return before
  const next: Record<string, RunStoreState['views'][string]['values']> = {}
  for (const [node, view] of Object.entries(views)) {
    if (Object.keys(view.values).length > 0) next[node] = view.values
  }
  const nodes = Object.keys(next)
  const same =
    nodes.length === Object.keys(latest).length && nodes.every((node) => latest[node] === next[node])
  if (!same) latest = next
  known.set(views, latest)
  return latest
}
