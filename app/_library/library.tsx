'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Film, LayoutGrid, List, RotateCcw, SearchX, TriangleAlert, Workflow } from 'lucide-react'
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
import { Segment } from '../_ui/segment'
import { Skeleton } from '../_ui/skeleton'
import { Bin, useBin } from './bin'
import { LibraryCommands } from './library-commands'
import { LibraryHeader } from './library-header'
import { LibrarySection } from './library-section'
import { libraryResult, libraryTemplate, libraryWorkflow } from './library-shapes'
import { ResultCard } from './result-card'
import { StudioFacts } from './studio-facts'
import { TemplateCard } from './template-card'
import { UploadList } from './upload-list'
import { useFirstVisit } from './use-first-visit'
import { useImport } from './use-import'
import { latestRuns, useRuns, useSame } from './use-runs'
import { useStored } from './use-stored'
import { useWorkflowActions, useWorkflows } from './use-workflows'
import { WorkflowList } from './workflow-list'

const PLACES: readonly Place[] = ['workflows', 'templates', 'results', 'bin']
/** Rows of templates and results on the home page; the rest is behind “All”. */
const ON_HOME = { templates: 4, results: 6 }

export function Library() {
  const trpc = useTRPC()
  const router = useRouter()
  const show = useSearchParams().get('show') as Place | null
  const place: Place = show && PLACES.includes(show) ? show : 'home'
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
  const workflows = rows && sorted(adjust(rows), sort)
  const finished = runs.filter((run) => run.state === 'finished')
  const searching = searched !== ''
  const offered = (templates.data?.templates ?? []).map(libraryTemplate)
  const first = offered[0]?.id
  const openFirst = useCallback(() => create.mutate({ template: first }), [create.mutate, first])
  const known = list.data && bin.data && templates.data
  const isEmpty = known && list.data.workflows.length === 0 && bin.data.workflows.length === 0 && !!first
  const isOpening = useFirstVisit(place === 'home' && !searching ? isEmpty : false, openFirst)
  const has = (part: Place) => place === part || (place === 'home' && !searching)

  return (
    <PageFrame
      place={place}
      counts={{
        workflows: searching ? undefined : workflows?.length,
        results: finished.length || undefined,
        bin: bin.data?.workflows.length || undefined,
      }}
      side={<StudioFacts />}
    >
      <DropZone says="Import as workflows" onFiles={importFiles} className="flex min-h-0 flex-1 flex-col">
        <LibraryHeader
          search={search}
          onSearch={setSearch}
          searchRef={searchField}
          onNew={() => create.mutate({})}
          creating={create.isPending && !create.variables.template}
          onFiles={importFiles}
        />
        <main className="min-h-0 flex-1 overflow-y-auto px-8 pt-4 max-lg:px-5 max-sm:px-4">
          <h1 className="sr-only">Library</h1>
          {has('templates') && (offered.length > 0 || templates.isPending) && (
            <LibrarySection
              title="Start from a template"
              end={
                place === 'home' &&
                offered.length > ON_HOME.templates && (
                  <All place="templates" text={`All ${offered.length} templates`} />
                )
              }
            >
              <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,250px),1fr))] gap-4">
                {templates.isPending &&
                  [0, 1, 2, 3].map((at) => <Skeleton key={at} className="h-[112px] rounded-3" />)}
                {offered.slice(0, place === 'home' ? ON_HOME.templates : undefined).map((template) => (
                  <TemplateCard
                    key={template.id}
                    template={template}
                    busy={create.isPending && create.variables.template === template.id}
                    onUse={() => create.mutate({ template: template.id })}
                  />
                ))}
              </div>
            </LibrarySection>
          )}
          {(has('workflows') || searching) && (
            <LibrarySection
              title={searching ? `Workflows with “${searched}”` : 'Workflows'}
              end={
                <>
                  {(bin.data?.workflows.length ?? 0) > 0 && (
                    <Link
                      href="/?show=bin"
                      className="flex h-11 items-center rounded-2 font-strong text-text-2 hover:text-text-1 sm:hidden"
                    >
                      Bin
                    </Link>
                  )}
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
                <WorkflowList workflows={workflows} view={view} now={now} actions={actions} />
              ) : searching ? (
                <EmptyState
                  icon={SearchX}
                  title={`No workflow has “${searched}” in its name`}
                  actions={<Button onClick={() => setSearch('')}>Show all</Button>}
                />
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
          {has('results') && (finished.length > 0 || place === 'results') && (
            <LibrarySection
              title={place === 'home' ? 'Recent results' : 'Results'}
              end={
                place === 'home' &&
                finished.length > ON_HOME.results && (
                  <All place="results" text={`All ${finished.length} results`} />
                )
              }
            >
              {finished.length === 0 ? (
                <EmptyState icon={Film} title="No run has finished yet">
                  Open a workflow and run it. Its video appears here.
                </EmptyState>
              ) : (
                <div className="grid grid-cols-[repeat(auto-fill,minmax(min(46%,168px),1fr))] gap-4">
                  {finished.slice(0, place === 'home' ? ON_HOME.results : undefined).map((run) => (
                    <ResultCard key={run.id} result={libraryResult(run, now)} />
                  ))}
                </div>
              )}
            </LibrarySection>
          )}
        </main>
        <UploadList />
        <LibraryCommands
          workflows={workflows ?? []}
          templates={offered}
          onNew={() => create.mutate({})}
          onTemplate={(template) => create.mutate({ template })}
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

function All({ place, text }: { place: Place; text: string }) {
  return (
    <Link href={`/?show=${place}`} className="rounded-2 font-strong text-text-2 hover:text-text-1">
      {text}
    </Link>
  )
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
