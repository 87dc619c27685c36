'use client'
import { Check } from 'lucide-react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { useTRPCClient } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { useRunAction } from '../runs/use-run-action'
import { useEditor } from '../state/editor-context'
import type { NodeRunView } from '../state/node-run-view'
import { useRuns } from '../state/run-store'
import { sayLive, sayTuned } from './say-tuned'

/** What can be changed of a node at work, what was, and the way to keep settings that were changed on the way. */
export function LiveNote({
  id,
  run,
  definition,
}: {
  id: string
  run: NodeRunView
  definition: CatalogEntry
}) {
  if (run.state === 'running' && definition.live.length > 0) {
    return (
      <p className="flex-none border-line-1 border-b px-4 py-2 text-11 text-text-2" role="status">
        {run.tuned
          ? `${sayTuned(definition, run.tuned)}.`
          : `${sayLive(definition)} can be changed now: they act from the next step.`}
      </p>
    )
  }
  if (run.settled && run.willRun)
    return <KeepSettings id={id} settled={run.settled.as} live={definition.live} />
  return null
}

function KeepSettings({
  id,
  settled,
  live,
}: {
  id: string
  settled: Readonly<Record<string, unknown>>
  live: readonly string[]
}) {
  const { commands, history } = useEditor()
  const client = useTRPCClient()
  const act = useRunAction()
  const latest = useRuns(({ run }) => run?.id)
  const keep = async (run: string) => {
    const { document } = await client.run.get.query({ run })
    const { params } = document.nodes[id]
    history.edit('keep the settings of the result', () => {
      for (const key of new Set([...live, ...Object.keys(settled)])) commands.setParam(id, key, params[key])
    })
  }
  if (!latest) return null
  return (
    <section className="grid flex-none justify-items-start gap-2 border-line-1 border-b px-4 py-2">
      <p className="text-11 text-text-2">
        The result was changed on the way. Another run has these settings from its first step.
      </p>
      <Button icon={Check} size="small" onClick={() => act(() => keep(latest))}>
        Keep the result’s settings
      </Button>
    </section>
  )
}
