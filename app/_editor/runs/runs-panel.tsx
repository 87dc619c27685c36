'use client'
import { Columns3, ListVideo } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { Segment } from '../../_ui/segment'
import { useFigures } from '../figures/figures-store'
import { PastRun } from './past-run'
import { PendingRun } from './pending-run'
import { useRunsSource } from './runs-source'
import { useNow } from './use-now'

/** What runs, what waits, and what has been made. */
export function RunsPanel() {
  const source = useRunsSource()
  const all = source.useRuns()
  const loaded = source.useLoaded()
  const [scope, setScope] = useState<'here' | 'all'>('here')
  const running = all.filter(({ state }) => state === 'running' || state === 'waiting')
  // The queue is one for all workflows: what stands before a run of this one matters to it.
  const queue = all
    .filter(({ state }) => state === 'queued' || state === 'paused')
    .sort((a, b) => (a.position ?? Number.POSITIVE_INFINITY) - (b.position ?? Number.POSITIVE_INFINITY))
  const over = all.filter(
    ({ state, workflow }) =>
      (state === 'finished' || state === 'failed' || state === 'cancelled') &&
      (scope === 'all' || workflow === source.workflow),
  )
  const now = useNow(running.length > 0 ? 1_000 : 30_000)
  if (!loaded) return null
  return (
    <div className="flex h-full min-h-0 flex-col">
      {running.length + queue.length > 0 && (
        <section className="flex-none border-line-1 border-b px-3 pt-2 pb-3">
          <Heading text="Now and next" fact={queue.length > 0 ? `${queue.length} waiting` : undefined} />
          <ul className="grid gap-1">
            {running.map((run) => (
              <PendingRun key={run.id} run={run} now={now} queue={queue} />
            ))}
            {queue.map((run) => (
              <PendingRun key={run.id} run={run} now={now} queue={queue} />
            ))}
          </ul>
        </section>
      )}
      <section className="flex min-h-0 flex-1 flex-col px-3 pt-2">
        <Heading text="Results" fact={over.length > 0 ? String(over.length) : undefined}>
          <Button
            kind="ghost"
            size="small"
            icon={Columns3}
            onClick={() => useFigures.getState().open()}
            className="-mr-2 ml-1"
          >
            Compare figures
          </Button>
        </Heading>
        <Segment
          label="Which results"
          value={scope}
          onChange={setScope}
          options={[
            { value: 'here', label: 'This workflow' },
            { value: 'all', label: 'All' },
          ]}
        />
        {over.length === 0 ? (
          <EmptyState icon={ListVideo} title="No results yet">
            Every run is kept here with its result and the exact workflow that made it.
          </EmptyState>
        ) : (
          <ul className="-mx-1 mt-2 min-h-0 flex-1 overflow-y-auto pb-3">
            {over.map((run) => (
              <PastRun key={run.id} run={run} now={now} elsewhere={run.workflow !== source.workflow} />
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

function Heading({ text, fact, children }: { text: string; fact?: string; children?: ReactNode }) {
  return (
    <h3 className="flex h-7 items-center font-title text-12">
      {text}
      {fact && <span className="ml-auto font-body text-11 text-text-3">{fact}</span>}
      {children && <span className={fact ? '' : 'ml-auto'}>{children}</span>}
    </h3>
  )
}
