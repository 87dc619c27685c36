'use client'
import { TriangleAlert } from 'lucide-react'
import type { ErrorJson } from '../../../nodes/core/errors'
import { useGetPack } from '../bar/get-pack-store'
import { useCanvas } from '../canvas/use-canvas-controls'
import { lacksFile } from '../card/say-problem'
import { useEditor } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { showAs } from '../state/shown-as'

/** What keeps the workflow from running, and the way there. */
export function FormProblem({ said }: { said: string }) {
  const { workflowId } = useEditor()
  const problem = useRuns(({ analysis }) => analysis?.problems.find(lacksFile) ?? analysis?.problems[0])
  return (
    <span className="flex flex-wrap items-center justify-center gap-x-2">
      <TriangleAlert size={14} strokeWidth={1.75} aria-hidden className="flex-none text-warn" />
      <span className="text-warn">{said}.</span>
      {problem && (
        <button
          type="button"
          onClick={() => solve(problem, workflowId)}
          className="rounded-1 underline decoration-line-3 underline-offset-2 touch:min-h-11"
        >
          {wayOut(problem)}
        </button>
      )}
    </span>
  )
}

const wayOut = (problem: ErrorJson): string =>
  lacksFile(problem) ? 'Go there' : problem.code === 'pack/missing' ? 'Get the pack' : 'Show in the graph'

function solve(problem: ErrorJson, workflow: string): void {
  const { nodeId } = problem
  if (problem.code === 'pack/missing') return useGetPack.setState({ isAsking: true })
  const card = nodeId && document.querySelector<HTMLElement>(`[data-input="${nodeId}"] button`)
  if (lacksFile(problem) && card) return card.focus()
  showAs(workflow, 'graph')
  // The canvas comes with the next paint.
  if (nodeId) setTimeout(() => useCanvas.getState().controls?.reveal(nodeId), 200)
}
