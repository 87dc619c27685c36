'use client'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Folder, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useState } from 'react'
import { sayFailure } from '../_lib/action-error'
import { studioSocket } from '../_lib/live/socket'
import { useTRPC, useTRPCClient } from '../_lib/trpc'
import { showToast } from '../_ui/toast'
import type { LibraryWorkflow, WorkflowActions } from './library-types'

/** The workflows that fit the search, read again whenever one changes or a run of one goes on. */
export function useWorkflows(search: string) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  useEffect(() => {
    const socket = studioSocket()
    const changed = () => {
      void queries.invalidateQueries({ queryKey: trpc.workflow.list.queryKey() })
      void queries.invalidateQueries({ queryKey: trpc.workflow.bin.queryKey() })
    }
    socket.on('library.changed', changed)
    return () => void socket.off('library.changed', changed)
  }, [queries, trpc])
  return useQuery(trpc.workflow.list.queryOptions({ search }, { placeholderData: keepPreviousData }))
}

/**
 * What can be done with workflows. A change shows at once, in `adjust`, and is dropped from it when the list that was
 * read afterwards has it.
 */
export function useWorkflowActions(): {
  actions: WorkflowActions
  adjust: (workflows: readonly LibraryWorkflow[]) => readonly LibraryWorkflow[]
} {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const router = useRouter()
  const [renamed, setRenamed] = useState<ReadonlyMap<string, string>>(new Map())
  const [moved, setMoved] = useState<ReadonlyMap<string, string | null>>(new Map())
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set())

  const actions = useMemo<WorkflowActions>(() => {
    const read = () => queries.invalidateQueries({ queryKey: trpc.workflow.list.queryKey() })
    const hide = (id: string, hidden: boolean) =>
      setRemoved((before) => {
        const after = new Set(before)
        if (hidden) after.add(id)
        else after.delete(id)
        return after
      })
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        await work()
      } catch (error) {
        sayFailure(error)
      }
      await read()
    }
    const restore = (id: string) =>
      attempt(async () => {
        await client.workflow.restore.mutate({ workflow: id })
        hide(id, false)
      })
    return {
      open: (id) => router.push(`/workflows/${id}`),
      rename(id, name) {
        setRenamed((before) => new Map(before).set(id, name))
        void attempt(() => client.workflow.rename.mutate({ workflow: id, name })).then(() =>
          setRenamed((before) => new Map([...before].filter(([key]) => key !== id))),
        )
      },
      duplicate: (id) => void attempt(() => client.workflow.duplicate.mutate({ workflow: id })),
      remove(id, name) {
        hide(id, true)
        void attempt(async () => {
          try {
            await client.workflow.remove.mutate({ workflow: id })
          } catch (error) {
            hide(id, false)
            throw error
          }
          showToast({
            message: `Deleted ${name}`,
            icon: Trash2,
            action: { label: 'Undo', run: () => void restore(id) },
          })
        })
      },
      move(workflows, folder) {
        const put = (some: readonly LibraryWorkflow[], into: string | null) =>
          client.workflow.move.mutate({ workflows: some.map(({ id }) => id), folder: into })
        setMoved((before) => new Map([...before, ...workflows.map(({ id }) => [id, folder] as const)]))
        void attempt(async () => {
          await put(workflows, folder)
          const what = workflows.length === 1 ? workflows[0].name : `${workflows.length} workflows`
          showToast({
            message: folder === null ? `${what}: in no folder now` : `Moved ${what} to ${folder}`,
            icon: Folder,
            action: {
              label: 'Undo',
              run: () =>
                void attempt(async () => {
                  for (const from of new Set(workflows.map((one) => one.folder))) {
                    await put(
                      workflows.filter((one) => one.folder === from),
                      from,
                    )
                  }
                }),
            },
          })
        }).then(() =>
          setMoved(
            (before) => new Map([...before].filter(([key]) => !workflows.some(({ id }) => id === key))),
          ),
        )
      },
      exportZip: (id) =>
        void attempt(async () => {
          const { url } = await client.workflow.export.mutate({ workflow: id, assets: 'all' })
          location.assign(url)
        }),
    }
  }, [client, queries, router, trpc])

  return {
    actions,
    adjust: (workflows) =>
      workflows
        .filter(({ id }) => !removed.has(id))
        .map((workflow) => {
          const { id } = workflow
          if (!renamed.has(id) && !moved.has(id)) return workflow
          const folder = moved.has(id) ? (moved.get(id) ?? null) : workflow.folder
          return { ...workflow, name: renamed.get(id) ?? workflow.name, folder }
        }),
  }
}
