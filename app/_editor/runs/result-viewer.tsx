'use client'
import { Columns2, FolderOpen, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { sayAgo } from '../../_lib/say-time'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { Menu } from '../../_ui/menu'
import { transport } from '../state/transport'
import { mainFile } from './result-of-run'
import { ResultPlayer } from './result-player'
import { useRunsSource } from './runs-source'
import { useResultFile } from './use-result-file'
import { useRunAction } from './use-run-action'
import { useViewer } from './viewer-store'

/** A result over the whole window, alone or beside another of the same workflow. */
export function ResultViewer() {
  const { run: runId, beside: besideId, close } = useViewer()
  const runs = useRunsSource().useRuns()
  const run = runs.find(({ id }) => id === runId)
  const beside = runs.find(({ id }) => id === besideId)
  return (
    <Dialog.Root open={run !== undefined} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          // The player takes the keys; the timeline below must not play along.
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            transport.pause()
          }}
          className="fade-in fixed inset-0 z-(--z-dialog) flex flex-col bg-app outline-none"
        >
          {run && <OpenResult run={run} beside={beside} runs={runs} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function OpenResult({
  run,
  beside,
  runs,
}: {
  run: RunSummary
  beside?: RunSummary
  runs: readonly RunSummary[]
}) {
  const { openExact } = useRunsSource()
  const { close, compare } = useViewer()
  const act = useRunAction()
  const file = useResultFile(run)
  const other = useResultFile(beside)
  const comparable = runs.filter(
    ({ id, workflow, files }) => id !== run.id && workflow === run.workflow && mainFile(files),
  )
  return (
    <>
      <header className="flex h-(--bar-h) flex-none items-center gap-2 border-line-1 border-b bg-panel px-3">
        <Dialog.Title className="min-w-0 truncate font-title text-13">
          {run.workflowName} · run {run.number}
          {beside && ` and run ${beside.number}`}
        </Dialog.Title>
        <span className="flex-1" />
        {comparable.length > 0 && (
          <Menu
            align="end"
            entries={[
              ...(beside
                ? [{ label: 'Only this result', onSelect: () => useViewer.setState({ beside: null }) }]
                : []),
              ...comparable.slice(0, 12).map(({ id, number, endedAt, createdAt }) => ({
                label: `Run ${number}, ${sayAgo(endedAt ?? createdAt, Date.now())}`,
                onSelect: () => compare(id),
              })),
            ]}
          >
            <Button icon={Columns2}>Compare</Button>
          </Menu>
        )}
        <Button
          icon={FolderOpen}
          onClick={() => {
            close()
            act(() => openExact(run))
          }}
        >
          Open its workflow
        </Button>
        <Dialog.Close asChild>
          <IconButton icon={X} label="Close" keys="Esc" />
        </Dialog.Close>
      </header>
      <div className="min-h-0 flex-1">
        {file ? (
          <ResultPlayer file={file} beside={other} autoFocus />
        ) : (
          <p className="grid h-full place-items-center text-text-3">This run made no file.</p>
        )}
      </div>
    </>
  )
}
