'use client'
import { PersonStanding } from 'lucide-react'
import { Button } from '../../_ui/button'
import { useEditor, useWorkflow } from '../state/editor-context'

/** A pose fitted to the portrait by hand; it counts while no file is chosen. */
export function FitField({ nodeId, fitted }: { nodeId: string; fitted: boolean }) {
  const { commands, openEditor } = useEditor()
  const hasFile = useWorkflow(({ nodes }) => Boolean(nodes[nodeId]?.params?.asset))
  const open = () => {
    if (hasFile) commands.resetParams(nodeId, ['asset'])
    openEditor(nodeId)
  }
  return (
    <div className="flex items-center gap-2">
      <Button icon={PersonStanding} onClick={open}>
        {hasFile ? 'Fit it instead' : fitted ? 'Edit the fit' : 'Fit to the portrait'}
      </Button>
      <span className="min-w-0 text-11 text-text-3">
        {hasFile ? 'The file counts' : fitted ? 'Fitted by hand' : 'Not fitted yet'}
      </span>
    </div>
  )
}
