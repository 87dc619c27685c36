'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter, useSearchParams } from 'next/navigation'
import { useCallback, useDeferredValue, useRef, useState } from 'react'
import { useNow } from '../_editor/runs/use-now'
import { sayFailure } from '../_lib/action-error'
import { useTRPC } from '../_lib/trpc'
import { usePasteFiles } from '../_lib/uploads/use-paste-files'
import type { Place } from '../_shell/side-bar'
import { DropZone } from '../_ui/drop-zone'
import { searchScore } from '../_ui/search-score'
import { Bin, useBin } from './bin'
import { LibraryCommands } from './library-commands'
import { LibraryFrame } from './library-frame'
import { LibraryHeader } from './library-header'
import { libraryTemplate } from './library-shapes'
import { NoWorkflows } from './no-workflows'
import { ResultSection } from './result-section'
import { TemplateSection } from './template-section'
import { UploadList } from './upload-list'
import { useFirstVisit } from './use-first-visit'
import { useImport } from './use-import'
import { useRuns } from './use-runs'
import { useShownWorkflows } from './use-shown-workflows'
import { useStored } from './use-stored'
import { WorkflowSection } from './workflow-section'

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
  const [order, setOrder] = useStored('library sort', 'recent', ['recent', 'name'])
  const templates = useQuery(trpc.workflow.templates.queryOptions())
  const runs = useRuns()
  const shown = useShownWorkflows(runs, { searched, folder, order })
  const { list, workflows, folders, actions } = shown
  const bin = useBin()
  const importFiles = useImport()
  usePasteFiles(importFiles)
  const create = useMutation(
    trpc.workflow.create.mutationOptions({
      onSuccess: ({ workflow }) => router.push(`/workflows/${workflow}`),
      onError: sayFailure,
    }),
  )
  const searching = searched !== ''
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
    <LibraryFrame
      place={folder === undefined ? place : undefined}
      folder={folder}
      folders={folders}
      workflowCount={shown.count}
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
            <WorkflowSection
              {...{ shown, searched, folder, order, now }}
              onOrder={setOrder}
              hasBin={(bin.data?.workflows.length ?? 0) > 0}
              isWaiting={isOpening && !create.isError}
              none={
                <NoWorkflows
                  searched={searched}
                  onShowAll={() => setSearch('')}
                  folder={folder}
                  template={offered[0]}
                  onNew={start}
                />
              }
            />
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
    </LibraryFrame>
  )
}
