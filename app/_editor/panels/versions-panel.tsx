'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useEffect, useState } from 'react'
import { parseDocument } from '../../../nodes/core/document'
import { sayFailure } from '../../_lib/action-error'
import { sayAgo } from '../../_lib/say-time'
import { studioError, useTRPC, useTRPCClient } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { classNames } from '../../_ui/class-names'
import { EmptyState } from '../../_ui/empty-state'
import { TextField } from '../../_ui/text-field'
import { showToast } from '../../_ui/toast'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { compareDocuments } from './compare-documents'

const KINDS = { run: 'Before a run', named: 'Named', restore: 'Before restoring' } as const

/** Earlier states of the workflow: look at what differs, restore in one undoable step, name the state of now. */
export function VersionsPanel() {
  const { workflowId } = useEditor()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const list = useQuery(trpc.version.list.queryOptions({ workflow: workflowId }))
  const [name, setName] = useState('')
  const [shown, setShown] = useState<string>()
  const run = useRuns((state) => state.run?.id)
  const again = () =>
    queries.invalidateQueries({ queryKey: trpc.version.list.queryKey({ workflow: workflowId }) })
  // A run makes a version.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is what a new run is asked for
  useEffect(() => void again(), [run])
  const save = async () => {
    try {
      await client.version.create.mutate({ workflow: workflowId, name: name.trim() })
      setName('')
      await again()
    } catch (error) {
      sayFailure(error)
    }
  }
  const versions = list.data?.versions ?? []
  return (
    <div className="flex h-full flex-col">
      <form
        className="flex flex-none gap-1.5 px-3 pb-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim()) void save()
        }}
      >
        <TextField
          label="Name of this state"
          placeholder="Name this state"
          value={name}
          onChange={setName}
          maxLength={200}
          className="min-w-0 flex-1"
        />
        <Button type="submit" disabled={!name.trim()}>
          Keep
        </Button>
      </form>
      <div className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3">
        {list.error && <p className="px-2 py-2 text-err">{studioError(list.error).message}</p>}
        {list.data && versions.length === 0 && (
          <EmptyState icon={History} title="No versions yet">
            One is kept before every run, and whenever you name the state of now.
          </EmptyState>
        )}
        <ul>
          {versions.map((version) => (
            <li key={version.id} className={classNames('rounded-2', shown === version.id && 'bg-hover')}>
              <button
                type="button"
                aria-expanded={shown === version.id}
                onClick={() => setShown(shown === version.id ? undefined : version.id)}
                className="flex w-full flex-col rounded-2 px-2 py-1.5 text-left hover:bg-hover"
              >
                <span className="truncate font-strong">{version.name ?? `Version ${version.number}`}</span>
                <span className="text-11 text-text-3">
                  {version.name ? `Version ${version.number}` : KINDS[version.kind]} ·{' '}
                  {sayAgo(version.createdAt, Date.now())} · {version.nodeCount}{' '}
                  {version.nodeCount === 1 ? 'node' : 'nodes'}
                </span>
              </button>
              {shown === version.id && (
                <VersionDetails id={version.id} title={version.name ?? `version ${version.number}`} />
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

/** What restoring would change. */
function VersionDetails({ id, title }: { id: string; title: string }) {
  const { commands, definitions, undo } = useEditor()
  const trpc = useTRPC()
  const found = useQuery({
    ...trpc.version.get.queryOptions({ version: id }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const now = useWorkflow((document) => document)
  if (found.error) return <p className="px-2 pb-2 text-err">{studioError(found.error).message}</p>
  if (!found.data) return <p className="px-2 pb-2 text-text-3">Reading…</p>
  const document = parseDocument(found.data.document)
  const changes = compareDocuments(now, document, (type) => definitions.get(type)?.title ?? type)
  const restore = () => {
    commands.replaceAll(document, `restore ${title}`)
    showToast({ message: `Restored ${title}`, icon: History, action: { label: 'Undo', run: undo } })
  }
  return (
    <div className="px-2 pb-2">
      {changes.length === 0 ? (
        <p className="text-11 text-text-3">The same as now.</p>
      ) : (
        <>
          <ul className="mb-2 grid gap-0.5 text-11 text-text-2">
            {changes.slice(0, 8).map((change) => (
              <li key={change}>{change}</li>
            ))}
            {changes.length > 8 && <li className="text-text-3">and {changes.length - 8} more</li>}
          </ul>
          <Button size="small" onClick={restore}>
            Restore
          </Button>
        </>
      )}
    </div>
  )
}
