'use client'
import { Share2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../_ui/button'
import { Dialog } from '../../_ui/dialog'
import { ExportFile } from './export-file'
import { LinkList } from './link-list'
import { NewLink } from './new-link'

/** The button in the top bar. */
export function ShareButton({ workflowId }: { workflowId: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={Share2} onClick={() => setOpen(true)}>
        Share
      </Button>
      <ShareDialog workflowId={workflowId} open={open} onOpenChange={setOpen} />
    </>
  )
}

/** Links to this workflow, and the workflow as one file. */
export function ShareDialog({
  workflowId,
  open,
  onOpenChange,
}: {
  workflowId: string
  open: boolean
  onOpenChange(open: boolean): void
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width={640}
      calm
      title="Share this workflow"
      description="Whoever has a link can watch the result, look at the graph and fork it, without an account. Nobody can change yours."
    >
      {open && (
        <div className="grid gap-5 pb-1">
          <NewLink workflowId={workflowId} />
          <LinkList workflowId={workflowId} />
          <ExportFile workflowId={workflowId} />
        </div>
      )}
    </Dialog>
  )
}
