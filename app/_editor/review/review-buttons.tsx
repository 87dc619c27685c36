'use client'
import { Check, Pencil, X } from 'lucide-react'
import { Button } from '../../_ui/button'
import { useEditor } from '../state/editor-context'
import { useNodeRun } from '../state/run-store'
import { canEdit, editBehind } from './edit-behind'
import { useReview } from './use-review'

/** Approve or stop, and edit first what has an editor. */
export function ReviewButtons({ nodeId, compact }: { nodeId: string; compact?: boolean }) {
  const editor = useEditor()
  const { values } = useNodeRun(nodeId)
  const { approve, stop, busy } = useReview()
  const [value] = Object.values(values)
  const size = compact ? 'h-[19px]! px-1.5!' : ''
  return (
    <span className="nodrag flex flex-1 items-center justify-end gap-1">
      {value && canEdit(editor, value.type) && (
        <Button
          size="small"
          icon={compact ? undefined : Pencil}
          className={`${size} max-sm:hidden`}
          title="Edit the value behind the review, then approve: the run goes on with the workflow as it stands"
          onClick={() => editBehind(editor, nodeId, value.type)}
        >
          Edit
        </Button>
      )}
      <Button size="small" icon={compact ? undefined : X} className={size} title="End the run" onClick={stop}>
        Stop
      </Button>
      <Button
        size="small"
        kind="primary"
        icon={compact ? undefined : Check}
        className={size}
        busy={busy}
        title="The run goes on with this value, and the workflow as it stands"
        onClick={() => approve(nodeId)}
      >
        Approve
      </Button>
    </span>
  )
}
