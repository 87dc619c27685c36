'use client'
import { useQuery } from '@tanstack/react-query'
import { ImagePlus, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { sayFailure } from '../../_lib/action-error'
import { useTRPC, useTRPCClient } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { useEditor } from '../state/editor-context'
import { useCanvasView } from './canvas-view'
import { addStarter } from './starter'
import { useCanvas } from './use-canvas-controls'

/** What belongs here, and the fastest ways to fill it. */
export function EmptyCanvas() {
  const editor = useEditor()
  const controls = useCanvas((state) => state.controls)
  const start = () => {
    addStarter(editor, controls?.centre() ?? { x: 0, y: 0 })
    requestAnimationFrame(() => requestAnimationFrame(() => controls?.fit()))
  }
  const browse = () => {
    const at = { x: innerWidth / 2 - 164, y: innerHeight / 2 - 210 }
    useCanvasView.setState({ palette: { at, place: controls?.centre() ?? { x: 0, y: 0 } } })
  }
  return (
    <div className="pointer-events-none absolute inset-0 z-(--z-canvas-hud) grid place-items-center">
      <div className="pointer-events-auto rounded-4 border-[1.5px] border-line-2 border-dashed px-8 max-w-[560px]">
        <EmptyState
          icon={ImagePlus}
          title="Drop a portrait and a recording here"
          actions={
            <>
              <Button kind="primary" onClick={start}>
                Start with portrait and speech
              </Button>
              <Button icon={Plus} onClick={browse}>
                Add a node
              </Button>
            </>
          }
        >
          Or paste nodes from another workflow. Double-click anywhere, or press /, to search all nodes.
        </EmptyState>
        <Templates />
      </div>
    </div>
  )
}

/** Finished workflows to begin with; each opens as a workflow of its own. */
function Templates() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const router = useRouter()
  const found = useQuery(trpc.workflow.templates.queryOptions())
  const open = (template: string) =>
    client.workflow.create
      .mutate({ template })
      .then(({ workflow }) => router.push(`/workflows/${workflow}`))
      .catch(sayFailure)
  if (!found.data || found.data.templates.length === 0) return null
  return (
    <div className="-mt-4 flex flex-wrap items-center justify-center gap-1.5 pb-8">
      <span className="text-text-3">Templates</span>
      {found.data.templates.map(({ id, name, summary }) => (
        <Button key={id} size="small" kind="ghost" title={summary} onClick={() => void open(id)}>
          {name}
        </Button>
      ))}
    </div>
  )
}
