'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Folder, LayoutGrid, List, RotateCcw, SearchX, TriangleAlert, Workflow } from 'lucide-react'
import Link from 'next/link'
import { useRouter, useSearchParams } from 'next/navigation'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { useNow } from '../_editor/runs/use-now'
import { sayFailure } from '../_lib/action-error'
import { studioError, useTRPC } from '../_lib/trpc'
import { usePasteFiles } from '../_lib/uploads/use-paste-files'
import { PageFrame } from '../_shell/page-frame'
import type { Place } from '../_shell/side-bar'
import { Button } from '../_ui/button'
import { DropZone } from '../_ui/drop-zone'
import { EmptyState } from '../_ui/empty-state'
import { searchScore } from '../_ui/search-score'
import { Segment } from '../_ui/segment'
import { Skeleton } from '../_ui/skeleton'
import { Bin, useBin } from './bin'
import { FolderDialog } from './folder-dialog'
import { FolderList, FolderMenu, OpenFolderMenu, useFolders } from './folders'
import { LibraryCommands } from './library-commands'
import { LibraryHeader } from './library-header'
import { LibrarySection } from './library-section'
import { libraryTemplate, libraryWorkflow } from './library-shapes'
import { ResultSection } from './result-section'
import { StudioFacts } from './studio-facts'
import { TemplateSection } from './template-section'
import { UploadList } from './upload-list'
import { useFirstVisit } from './use-first-visit'
import { useImport } from './use-import'
import { latestRuns, useRuns, useSame } from './use-runs'
import { useStored } from './use-stored'
import { useWorkflowActions, useWorkflows } from './use-workflows'
import { WorkflowList } from './workflow-list'

const PLACES: readonly Place[] = ['workflows', 'templates', 'results', 'bin']

export function Library() {
  const trpc = useTRPC()
  const router = useRouter()
  const params = useSearchParams()
  const show = params.get('show') as Place | null
  const folder = params.get('folder') ?? undefined
  const place: Place = folder ? 'workflows' : show && PLACES.includes(show) ? show : 'home'
  const now = useNow(60_000)
  const [search, setSearch] = useState('')
  const searched = useDeferredValue(search)
  const searchField = useRef<HTMLInputElement>(null)
  const [sort, setSort] = useStored('library sort', 'recent', ['recent', 'name'])
  const [view, setView] = useStored('library view', 'cards', ['cards', 'rows'])
  const list = useWorkflows(searched)
  const templates = useQuery(trpc.workflow.templates.queryOptions())
  const runs = useRuns()
  const bin = useBin()
  const { actions, adjust } = useWorkflowActions()
  const importFiles = useImport()
  usePasteFiles(importFiles)
  const create = useMutation(
    trpc.workflow.create.mutationOptions({
      onSuccess: ({ workflow }) => router.push(`/workflows/${workflow}`),
      onError: sayFailure,
    }),
  )
  const rows = useSame(
    useMemo(() => {
      const latest = latestRuns(runs)
      return list.data?.workflows.map((row) => libraryWorkflow(row, latest.get(row.id)))
    }, [list.data, runs]),
  )
  const searching = searched !== ''
  const found = rows && sorted(adjust(rows), sort)
  const all = useRef(found)
  if (!searching) all.current = found
  const { folders, names: folderNames } = useFolders(all.current, folder)
  const inFolder = found?.filter((workflow) => workflow.folder === folder)
  const workflows = folder !== undefined && !searching ? inFolder : found
  const finished = runs.filter((run) => run.state === 'finished')
  const offered = (templates.data?.templates ?? []).map(libraryTemplate)
  const first = offered[0]?.id
  const start = (template?: string) => create.mutate({ template, folder })
  const openFirst = useCallback(() => create.mutate({ template: first }), [create.mutate, first])
  const known = list.data && bin.data && templates.data
  const isEmpty = known && list.data.workflows.length === 0 && bin.data.workflows.length === 0 && !!first
  const isOpening = useFirstVisit(place === 'home' && !searching ? isEmpty : false, openFirst)
  const has = (part: Place) => !searching && (place === part || place === 'home')
  const finds = (title: string, text = '') => searchScore({ title, names: [], text }, searched) > 0
  const shownTemplates = offered.filter(({ name, summary }) => finds(name, summary))
  const shownResults = finished.filter(({ workflowName }) => finds(workflowName))
  const templateSection = (
    <TemplateSection
      title={searching ? `Templates with “${searched}”` : 'Start from a template'}
      templates={templates.isPending ? undefined : shownTemplates}
      all={searching || place === 'templates'}
      making={create.isPending ? create.variables.template : undefined}
      onUse={start}
    />
  )

  return (
    <PageFrame
      place={folder === undefined ? place : undefined}
      counts={{
        workflows: all.current?.length,
        results: finished.length || undefined,
        bin: bin.data?.workflows.length || undefined,
      }}
      side={
        <>
          <FolderList folders={folders} open={folder} />
          <StudioFacts />
        </>
      }
    >
      <DropZone says="Import as workflows" onFiles={importFiles} className="flex min-h-0 flex-1 flex-col">
        <LibraryHeader
          search={search}
          onSearch={setSearch}
          searchRef={searchField}
          onNew={() => start()}
          creating={create.isPending && !create.variables.template}
          onFiles={importFiles}
        />
        <main className="min-h-0 flex-1 overflow-y-auto px-8 pt-4 max-lg:px-5 max-sm:px-4">
          <h1 className="sr-only">Library</h1>
          {has('templates') && (templates.isPending || offered.length > 0) && templateSection}
          {(has('workflows') || searching) && (
            <LibrarySection
              title={searching ? `Workflows with “${searched}”` : (folder ?? 'Workflows')}
              end={
                <>
                  {folder === undefined && (bin.data?.workflows.length ?? 0) > 0 && (
                    <Link
                      href="/?show=bin"
                      className="flex h-11 items-center rounded-2 font-strong text-text-2 hover:text-text-1 sm:hidden"
                    >
                      Bin
                    </Link>
                  )}
                  {folder !== undefined && !searching && (
                    <OpenFolderMenu folder={folder} workflows={inFolder ?? []} actions={actions} />
                  )}
                  <FolderMenu folders={folders} open={folder} />
                  <Segment
                    label="Order"
                    value={sort}
                    onChange={setSort}
                    options={[
                      { value: 'recent', label: 'Recent' },
                      { value: 'name', label: 'Name' },
                    ]}
                  />
                  <Segment
                    label="Show as"
                    value={view}
                    onChange={setView}
                    className="max-sm:hidden"
                    options={[
                      { value: 'cards', label: 'Cards', icon: LayoutGrid },
                      { value: 'rows', label: 'Rows', icon: List },
                    ]}
                  />
                </>
              }
            >
              {list.isError && !workflows ? (
                <EmptyState
                  icon={TriangleAlert}
                  tone="err"
                  title={studioError(list.error).message}
                  actions={
                    <Button icon={RotateCcw} busy={list.isFetching} onClick={() => list.refetch()}>
                      Try again
                    </Button>
                  }
                >
                  {studioError(list.error).hint}
                </EmptyState>
              ) : !workflows || (isOpening && !create.isError) ? (
                <CardSkeletons />
              ) : workflows.length > 0 ? (
                <WorkflowList {...{ workflows, view, now, actions }} folders={folderNames} />
              ) : searching ? (
                <EmptyState
                  icon={SearchX}
                  title={`No workflow has “${searched}” in its name`}
                  actions={<Button onClick={() => setSearch('')}>Show all</Button>}
                />
              ) : folder !== undefined ? (
                <EmptyState
                  icon={Folder}
                  title={`Nothing is in ${folder} yet`}
                  className="rounded-3 border border-line-2 border-dashed"
                  actions={<Button onClick={() => start()}>New workflow here</Button>}
                >
                  The menu of a workflow moves it here. A folder is there as long as something is in it.
                </EmptyState>
              ) : (
                <EmptyState
                  icon={Workflow}
                  title="Your workflows will stand here"
                  className="rounded-3 border border-line-2 border-dashed"
                  actions={
                    <>
                      {offered[0] && (
                        <Button kind="primary" onClick={() => create.mutate({ template: offered[0].id })}>
                          Start with {offered[0].name}
                        </Button>
                      )}
                      <Button onClick={() => create.mutate({})}>Empty canvas</Button>
                    </>
                  }
                >
                  A template has a portrait and a recording in it and runs at once. Or drop a workflow file
                  here, or any video, GIF or PNG that was made in a studio: it carries the workflow that made
                  it.
                </EmptyState>
              )}
            </LibrarySection>
          )}
          {place === 'bin' && !searching && <Bin now={now} />}
          {searching && shownTemplates.length > 0 && templateSection}
          {(searching
            ? shownResults.length > 0
            : has('results') && (finished.length > 0 || place === 'results')) && (
            <ResultSection
              title={
                searching ? `Results with “${searched}”` : place === 'home' ? 'Recent results' : 'Results'
              }
              runs={shownResults}
              all={searching || place === 'results'}
              now={now}
            />
          )}
        </main>
        <UploadList />
        <FolderDialog />
        <LibraryCommands
          workflows={workflows ?? []}
          templates={offered}
          onNew={() => start()}
          onTemplate={start}
          folders={folders}
          onSearch={() => searchField.current?.focus()}
          onOpen={actions.open}
        />
      </DropZone>
    </PageFrame>
  )
}

function sorted<T extends { name: string; editedAt: number }>(
  rows: readonly T[],
  by: 'recent' | 'name',
): T[] {
  const byName = (a: T, b: T) => a.name.localeCompare(b.name, undefined, { numeric: true })
  return [...rows].sort(by === 'name' ? byName : (a, b) => b.editedAt - a.editedAt)
}

function CardSkeletons() {
  return (
    <div role="status" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,250px),1fr))] gap-4">
      <span className="sr-only">Workflows are being read</span>
      {[0, 1, 2, 3, 4, 5, 6, 7].map((at) => (
        <div key={at} className="overflow-hidden rounded-3 bg-card outline outline-line-2 -outline-offset-1">
          <Skeleton className="h-[172px] rounded-none" />
          <div className="px-3 pt-3 pb-3.5">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="mt-2 h-3 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  )
}
