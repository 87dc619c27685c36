'use client'
import { useQuery } from '@tanstack/react-query'
import { FileQuestion } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { Catalog } from '../../nodes/core/catalog'
import { type LiveDocument, openLiveDocument } from '../_lib/live/open-document'
import { studioError, useTRPC } from '../_lib/trpc'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import { EditorFrame } from './editor-frame'
import { Opening } from './opening'
import { type Editor, EditorOf } from './state/editor-context'
import { openEditorFor } from './state/open-editor'
import { openView } from './state/shown-as'

/** Opens a workflow: its live document and the catalog of nodes, then the editor over both. */
export function EditorPage({ workflowId }: { workflowId: string }) {
  const trpc = useTRPC()
  const catalog = useQuery({ ...trpc.catalog.get.queryOptions(), staleTime: Number.POSITIVE_INFINITY })
  const { live, loaded, failure } = useLive(workflowId)
  if (catalog.error) return <Stopped {...studioError(catalog.error)} onRetry={() => void catalog.refetch()} />
  if (failure) return <Stopped {...failure} />
  if (!catalog.data || !live || !loaded) return <Opening />
  return <OpenEditor key={workflowId} live={live} catalog={catalog.data} />
}

function useLive(workflowId: string) {
  const [live, setLive] = useState<LiveDocument>()
  const [loaded, setLoaded] = useState(false)
  const [failure, setFailure] = useState<{ message: string; hint?: string }>()
  useEffect(() => {
    const opened = openLiveDocument(workflowId)
    let open = true
    setLive(opened)
    setLoaded(false)
    void opened.whenLoaded.then(() => open && setLoaded(true))
    const look = () => open && setFailure(opened.status() === 'failed' ? opened.failure() : undefined)
    const stop = opened.onStatus(look)
    look()
    return () => {
      open = false
      stop()
      opened.close()
    }
  }, [workflowId])
  // What is on this device stays on the screen when the studio refuses an edit; the bar says so.
  return { live, loaded, failure: loaded ? undefined : failure }
}

function OpenEditor({ live, catalog }: { live: LiveDocument; catalog: Catalog }) {
  const [opened, setOpened] = useState<{ editor: Editor }>()
  const [editing, setEditing] = useState<string>()
  useEffect(() => {
    const { editor, close } = openEditorFor(live, catalog, {
      openEditor: setEditing,
      closeEditor: () => setEditing(undefined),
    })
    openView(editor.workflowId)
    setOpened({ editor })
    return close
  }, [live, catalog])
  if (!opened) return <Opening />
  return (
    <EditorOf editor={opened.editor}>
      <EditorFrame editing={editing} />
    </EditorOf>
  )
}

function Stopped({ message, hint, onRetry }: { message: string; hint?: string; onRetry?: () => void }) {
  return (
    <main className="grid h-dvh place-items-center bg-canvas">
      <EmptyState
        large
        icon={FileQuestion}
        title={message}
        actions={
          <>
            {onRetry && (
              <Button kind="primary" size="large" onClick={onRetry}>
                Try again
              </Button>
            )}
            <Link
              href="/"
              className="inset-line inline-flex h-9 items-center rounded-2 bg-hover px-3.5 font-strong text-13"
            >
              Go to the library
            </Link>
          </>
        }
      >
        {hint}
      </EmptyState>
    </main>
  )
}
