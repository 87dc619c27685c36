'use client'
import { useMemo } from 'react'
import { sayList } from '../../_lib/say-list'
import { sayEstimate } from '../card/say'
import { Section } from '../full-screen/section'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'

/** What the edits made here will cost: the nodes that Run will compute after this one. */
export function WhatRuns({ nodeId }: { nodeId: string }) {
  const { definitions } = useEditor()
  const nodes = useWorkflow((document) => document.nodes)
  const edges = useWorkflow((document) => document.edges)
  const analysis = useRuns((state) => state.analysis)
  const text = useMemo(() => {
    if (!analysis || analysis.steps.length === 0) return 'Nothing that reads these masks can run yet.'
    const after = new Set([nodeId])
    for (let size = 0; size !== after.size; ) {
      size = after.size
      for (const { from, to } of edges) if (after.has(from[0])) after.add(to[0])
    }
    const running = analysis.steps.filter(({ state, node }) => state === 'run' && after.has(node))
    const ids = [...new Set(running.map(({ node }) => node))]
    if (ids.length === 0) return 'Everything that reads these masks is up to date.'
    const names = ids
      .filter((id) => id !== nodeId)
      .map((id) => nodes[id]?.title ?? definitions.get(nodes[id]?.type ?? '')?.title ?? id)
    const time = analysis.estimateSeconds === undefined ? '' : ` ${sayEstimate(analysis.estimateSeconds)}.`
    return `${names.length === 0 ? 'Only this node' : sayList(names)}.${time}`
  }, [analysis, edges, nodes, nodeId, definitions])
  return (
    <Section title="What runs after this">
      <p className="text-text-2">{text}</p>
    </Section>
  )
}
