import type { inferRouterOutputs } from '@trpc/server'
import type { WorkflowDocument } from '../../nodes/core/document'
import type { DeliveredFile } from '../../server/engine/events'
import type { ValueRef } from '../../server/storage/value-ref'
import type { AppRouter } from '../../server/trpc/root'

/** What a share link shows. */
export interface SharedView {
  name: string
  createdAt: number
  document: WorkflowDocument
  /** Of the run that was shared: node → output → value. */
  values: Readonly<Record<string, Readonly<Record<string, ValueRef>>>>
  files: readonly DeliveredFile[]
  run?: { number: number; seconds?: number }
  /** Files the workflow is made from, and whether a fork brings them. */
  assets: readonly { id: string; name: string; kind: string; travels: boolean }[]
}

type Answer = inferRouterOutputs<AppRouter>['share']['view']

/** What the studio answers, as the page shows it; the only place that knows both. */
export const sharedView = (answer: Answer): SharedView => answer as unknown as SharedView // the type of its JSON has lost that `inline` is always there
