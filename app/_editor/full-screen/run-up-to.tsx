'use client'
import { Play } from 'lucide-react'
import { Button } from '../../_ui/button'
import { ProgressBar } from '../../_ui/progress-bar'
import { useRunCommands } from '../bar/use-run-commands'
import { editorStages } from '../stages/editor-stages'
import { NothingToEdit } from './opening'

/** What the editor works on was not computed yet: runs up to the node that makes it, and says how far it is. */
export function RunUpTo({
  nodeId,
  what,
  onClose,
}: {
  nodeId: string | undefined
  what: string
  onClose(): void
}) {
  if (nodeId === undefined) {
    return (
      <NothingToEdit title={`Nothing is connected to ${what}`} onClose={onClose}>
        Connect its input in the graph, then open it again.
      </NothingToEdit>
    )
  }
  return <RunOf nodeId={nodeId} onClose={onClose} />
}

function RunOf({ nodeId, onClose }: { nodeId: string; onClose(): void }) {
  const { run, starting, offline } = useRunCommands()
  const state = editorStages.useRun(nodeId)
  const title = editorStages.useTitle(nodeId)
  const busy = starting || state.state === 'running' || state.state === 'waiting'
  return (
    <NothingToEdit
      icon={Play}
      title={`${title} has not run yet`}
      onClose={onClose}
      actions={
        <Button
          kind="primary"
          size="large"
          icon={Play}
          busy={busy}
          disabled={offline}
          onClick={() => void run({ targets: [nodeId] })}
        >
          Run up to {title}
        </Button>
      }
    >
      {state.error ? (
        <span className="text-err">
          {state.error.message} {state.error.hint}
        </span>
      ) : (
        'The editor works on its result. The editor opens by itself when it is there.'
      )}
      {busy && <ProgressBar className="mt-3" fraction={state.fraction} label={`Progress of ${title}`} />}
    </NothingToEdit>
  )
}
