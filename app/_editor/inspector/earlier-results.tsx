'use client'
import { Columns2 } from 'lucide-react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { sayAgo } from '../../_lib/say-time'
import { Button } from '../../_ui/button'
import { useNow } from '../runs/use-now'
import { shownType } from '../stages/stage-kind'
import { ResultPicture } from './result-picture'
import { useNodeHistory } from './use-node-history'
import { useWatchResult } from './watch-result'

const SHOWN = 3
const PICTURE = { width: 80, height: 64 }

/** Whether what a node gives can be a video that runs deliver. */
export const givesVideo = (definition: CatalogEntry): boolean =>
  ['video', 'file'].includes(shownType(definition) ?? '')

/** The last videos of a node: a click watches one, two are compared. */
export function EarlierResults({ id, definition }: { id: string; definition: CatalogEntry }) {
  const { results } = useNodeHistory(id, definition.id)
  const watch = useWatchResult()
  const now = useNow(30_000)
  const shown = results.filter((result) => result.poster && watch(result)).slice(0, SHOWN)
  if (shown.length === 0) return null
  const compare = shown.length > 1 ? watch(shown[0], shown[1]) : undefined
  return (
    <section aria-label="Earlier results" className="border-line-1 border-t px-4 pt-2 pb-4">
      <h3 className="flex h-7 items-center font-title">
        <span className="flex-1">Earlier results</span>
        {compare && (
          <Button kind="ghost" size="small" icon={Columns2} onClick={compare} className="-mr-2">
            Compare
          </Button>
        )}
      </h3>
      <ul className="mt-1 flex gap-2">
        {shown.map((result) => (
          <li key={result.run}>
            <button type="button" onClick={watch(result)} className="group grid gap-1 rounded-2 text-left">
              <ResultPicture
                result={result}
                definition={definition}
                {...PICTURE}
                className="outline-line-3 -outline-offset-1 group-hover:outline"
              />
              <span className="w-20 truncate text-11">
                <span className="sr-only">Watch </span>
                <b className="font-strong">Run {result.number}</b>
                <span className="text-text-3"> · {sayAgo(result.at, now).replace(/^just | ago$/, '')}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
