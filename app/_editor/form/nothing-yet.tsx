'use client'
import { ImagePlus, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../_ui/button'
import { addStarter } from '../canvas/starter'
import { assetUrl } from '../panels/use-assets'
import { useEditor, useWorkflow } from '../state/editor-context'
import { showAs } from '../state/shown-as'
import { useDelivers, useFormInputs, usePortrait } from './use-form-shape'

/** Before the first run: the portrait, and what to do. */
export function NothingYet() {
  const editor = useEditor()
  const isEmpty = useWorkflow(({ nodes }) => Object.keys(nodes).length === 0)
  const delivers = useDelivers()
  if (isEmpty) {
    return (
      <Empty text="This workflow is empty.">
        <Button kind="primary" onClick={() => addStarter(editor, { x: 0, y: 0 })}>
          Start with portrait and speech
        </Button>
      </Empty>
    )
  }
  if (!delivers) {
    return (
      <Empty text="This workflow makes no file. Add a Video file node in the graph to watch its result here.">
        <Button icon={Workflow} onClick={() => showAs(editor.workflowId, 'graph')}>
          Show the graph
        </Button>
      </Empty>
    )
  }
  return <Portrait />
}

function Empty({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="grid size-full place-content-center justify-items-center gap-4 bg-canvas px-6 text-center">
      <p className="max-w-[40ch] text-balance text-15">{text}</p>
      {children}
    </div>
  )
}

function Portrait() {
  const inputs = useFormInputs()
  const { label, asset } = usePortrait()
  const missing = useWorkflow(({ nodes }) =>
    inputs
      .filter(({ node, param, kind }) => kind !== 'pose' && !nodes[node]?.params[param.key])
      .map(({ label }) => label.toLowerCase())
      .join(' and '),
  )
  return (
    <div className="relative grid size-full place-items-center">
      {asset !== undefined ? (
        // biome-ignore lint/performance/noImgElement: a stored file, nothing to optimise
        <img src={assetUrl(asset)} alt={label ?? ''} className="absolute inset-0 size-full object-contain" />
      ) : (
        <ImagePlus size={28} strokeWidth={1.5} className="text-white/60" aria-hidden />
      )}
      <p className="absolute inset-x-0 bottom-0 bg-black/72 px-4 py-3 text-center text-white">
        {missing ? `Choose the ${missing}, then press Make video.` : 'Press Make video, and it plays here.'}
      </p>
    </div>
  )
}
