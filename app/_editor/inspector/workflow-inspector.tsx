'use client'
import { TriangleAlert } from 'lucide-react'
import { useStore } from 'zustand'
import { Kbd } from '../../_ui/kbd'
import { useCanvas } from '../canvas/use-canvas-controls'
import { lacksFile, sayProblem, withTitles } from '../card/say-problem'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useKeymap } from '../state/keymap'

const HINTS = ['add-node', 'commands', 'connect', 'tidy', 'shortcuts'] as const

/** With nothing chosen: the workflow as a whole, and what keeps it from running. */
export function WorkflowInspector() {
  const { runs, document, definitions } = useEditor()
  const keymap = useKeymap()
  const controls = useCanvas((state) => state.controls)
  const problems = useStore(runs.store, ({ analysis }) => analysis?.problems)
  const count = useWorkflow(({ nodes, edges }) => `${Object.keys(nodes).length}/${edges.length}`)
  const titleOf = (id = '') => {
    const node = document.getState().nodes[id]
    return node?.title ?? definitions.get(node?.type ?? '')?.title ?? id
  }
  const [nodes, edges] = count.split('/').map(Number)
  return (
    <div className="grid content-start gap-4 overflow-y-auto px-4 py-4">
      <div>
        <h2 className="font-title text-13">Workflow</h2>
        <p className="mt-1 text-text-3">
          {nodes} {nodes === 1 ? 'node' : 'nodes'}, {edges} {edges === 1 ? 'edge' : 'edges'}
        </p>
      </div>
      {problems && problems.length > 0 && (
        <section>
          <h3 className="mb-1 font-title">
            {problems.length === 1 ? 'One thing to do' : `${problems.length} things to do`}
          </h3>
          <ul className="-mx-2 grid">
            {problems.map((problem) => {
              const { nodeId } = problem
              const { message, hint } = lacksFile(problem)
                ? { message: `${titleOf(nodeId)} has no file yet.`, hint: undefined }
                : sayProblem(problem)
              return (
                <li key={`${nodeId} ${message}`}>
                  <button
                    type="button"
                    disabled={!nodeId}
                    onClick={() => nodeId && controls?.reveal(nodeId)}
                    className="flex w-full gap-2 rounded-2 px-2 py-1.5 text-left enabled:hover:bg-hover"
                  >
                    <TriangleAlert
                      size={14}
                      strokeWidth={1.75}
                      className="mt-px flex-none text-warn"
                      aria-hidden
                    />
                    <span>
                      {withTitles(message, document.getState().nodes, (type) => definitions.get(type))}
                      {hint && <span className="block text-11 text-text-3">{hint}</span>}
                    </span>
                  </button>
                </li>
              )
            })}
          </ul>
        </section>
      )}
      <section className="text-text-3">
        <p className="mb-2">Choose a node to change its settings.</p>
        {HINTS.map((id) => (
          <p key={id} className="flex h-6 items-center justify-between">
            {keymap.all.find((entry) => entry.id === id)?.label}
            <Kbd keys={keymap.shown(id) ?? ''} />
          </p>
        ))}
      </section>
    </div>
  )
}
