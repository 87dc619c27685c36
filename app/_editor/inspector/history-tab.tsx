'use client'
import { History } from 'lucide-react'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { Skeleton } from '../../_ui/skeleton'
import type { CardModel } from '../card/use-card'
import { useAssets } from '../panels/use-assets'
import { useNow } from '../runs/use-now'
import { HistoryRow } from './history-row'
import { useNodeHistory } from './use-node-history'
import { useWatchResult } from './watch-result'

/** What the node gave in earlier runs, and with which settings. */
export function HistoryTab({ card }: { card: CardModel }) {
  const { id, node, definition } = card
  const { results, isPending, error, again, more, isFetchingMore } = useNodeHistory(id, node.type)
  const { byId } = useAssets()
  const watch = useWatchResult()
  const now = useNow(30_000)
  if (!definition) return null
  if (error && results.length === 0) {
    return (
      <div className="grid justify-items-start gap-2 px-4 py-3" role="alert">
        <p className="text-err">{error.message}</p>
        {error.hint && <p className="text-text-2">{error.hint}</p>}
        <Button onClick={again}>Try again</Button>
      </div>
    )
  }
  if (isPending) {
    return (
      <div className="grid gap-3 px-4 py-3" role="status" aria-label="Reading the history">
        {[1, 2, 3].map((row) => (
          <Skeleton key={row} className="h-12" />
        ))}
      </div>
    )
  }
  if (results.length === 0) {
    return (
      <EmptyState icon={History} title="No results yet">
        Run the workflow: each result of this node is listed here with the settings that made it. Change a
        setting, run again, and go back to the better one.
      </EmptyState>
    )
  }
  const newest = results.find((result) => watch(result))
  return (
    <div className="px-4 py-1">
      <ol>
        {results.map((result) => (
          <HistoryRow
            key={result.run}
            result={result}
            card={card}
            definition={definition}
            now={now}
            assetName={(asset) => byId.get(asset)?.name}
            onWatch={watch(result)}
            onCompare={newest && newest !== result ? watch(newest, result) : undefined}
          />
        ))}
      </ol>
      {more && (
        <Button kind="ghost" busy={isFetchingMore} onClick={more} className="my-2">
          Show older ones
        </Button>
      )}
    </div>
  )
}
