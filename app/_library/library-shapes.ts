import type { inferRouterOutputs } from '@trpc/server'
import type { RunSummary } from '../../server/realtime/protocol'
import type { AppRouter } from '../../server/trpc/root'
import { sayAgo } from '../_lib/say-time'
import { studioArtifacts } from '../_lib/values/artifact-source'
import type { LibraryResult, LibraryTemplate, LibraryWorkflow } from './library-types'

type Outputs = inferRouterOutputs<AppRouter>
type ListedWorkflow = Outputs['workflow']['list']['workflows'][number]
type ListedTemplate = Outputs['workflow']['templates']['templates'][number]

/** The studio's rows as the library shows them; the only place that knows both. */
export const libraryWorkflow = (row: ListedWorkflow, latest?: RunSummary): LibraryWorkflow => ({
  id: row.id,
  name: row.name,
  editedAt: row.editedAt,
  pictures: row.pictures,
  seconds: row.seconds,
  shared: row.shared,
  folder: row.folder,
  run: latest ? { state: latest.state, fraction: latest.fraction } : row.run,
})

export const libraryTemplate = (row: ListedTemplate): LibraryTemplate => ({
  id: row.id,
  name: row.name,
  summary: row.summary,
  picture: row.picture,
  needs: row.packs,
  nodeCount: row.nodeCount,
})

export const libraryResult = (run: RunSummary, now: number): LibraryResult => ({
  id: run.id,
  name: run.workflowName,
  line: `Run ${run.number} · ${sayAgo(run.endedAt ?? run.createdAt, now)}`,
  workflow: run.workflow,
  picture: run.poster && studioArtifacts.url(run.poster, { mime: 'image/jpeg' }),
  seconds: run.durationSeconds,
  madeBy: run.madeBy,
})
