'use client'
import { Columns2, History, Play } from 'lucide-react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { NodeResult } from '../../../server/runs/node-history'
import { sayAgo, saySeconds } from '../../_lib/say-time'
import { Button } from '../../_ui/button'
import { StatusSign } from '../../_ui/status-sign'
import { showToast } from '../../_ui/toast'
import { sayWhy } from '../card/say'
import { withTitles } from '../card/say-problem'
import type { CardModel } from '../card/use-card'
import { useEditor } from '../state/editor-context'
import { type DifferingParam, differingParams } from './differing-params'
import { hasPicture, ResultPicture } from './result-picture'

/** So many settings are said; of more, how many. */
const SAID = 6

const PICTURE = { width: 56, height: 56 }

interface HistoryRowProps {
  result: NodeResult
  card: CardModel
  definition: CatalogEntry
  now: number
  assetName(id: string): string | undefined
  /** Undefined where there is nothing to watch. */
  onWatch?(): void
  /** Beside the newest one. */
  onCompare?(): void
}

/** One result: when, how long, where, with which other settings, and the way back to them. */
export function HistoryRow(props: HistoryRowProps) {
  const { result, card, definition, now, assetName, onWatch, onCompare } = props
  const { commands, document, definitions, undo } = useEditor()
  const { number, state, seconds, device, params } = result
  const differing = differingParams(definition, params, card.node.params, assetName)
  const goBack = () => {
    commands.replaceParams(card.id, params, `use the settings of run ${number}`)
    showToast({
      message: `${card.title} has the settings of run ${number}.`,
      icon: History,
      action: { label: 'Undo', run: undo },
    })
  }
  const named = (text: string) => withTitles(text, document.getState().nodes, (type) => definitions.get(type))
  const facts = [seconds !== undefined && saySeconds(seconds), device, sayWhy(named(result.why))]
  const said = facts.filter(Boolean).join(' · ')
  return (
    <li className="flex gap-2.5 border-line-1 border-b py-2.5 last:border-0">
      {hasPicture(result) && <ResultPicture result={result} definition={definition} {...PICTURE} />}
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5">
          <b className="font-strong">Run {number}</b>
          {state === 'failed' && <StatusSign status="failed" />}
          <span className="truncate text-11 text-text-3">{sayAgo(result.at, now)}</span>
        </p>
        {said && <p className="text-11 text-text-3 tabular-nums">{said}</p>}
        {result.error && <p className="text-11 text-err">{named(result.error.message)}</p>}
        <Differing settings={differing} />
        {(differing.length > 0 || onWatch) && (
          <div className="mt-1.5 flex flex-wrap gap-1.5">
            {differing.length > 0 && (
              <Button size="small" onClick={goBack}>
                Use these settings
              </Button>
            )}
            {onCompare ? (
              <Button size="small" icon={Columns2} onClick={onCompare}>
                Compare
              </Button>
            ) : (
              onWatch && (
                <Button size="small" icon={Play} onClick={onWatch}>
                  Watch
                </Button>
              )
            )}
          </div>
        )}
      </div>
    </li>
  )
}

function Differing({ settings }: { settings: readonly DifferingParam[] }) {
  if (settings.length === 0) return <p className="text-11 text-text-2">Same settings as now</p>
  return (
    <ul aria-label="Settings that differ" className="text-11 text-text-2 tabular-nums">
      {settings.slice(0, SAID).map(({ key, label, was, is }) => (
        <li key={key} className="break-words">
          {label} <span className="text-text-1">{was}</span>
          <span className="text-text-3">, now {is}</span>
        </li>
      ))}
      {settings.length > SAID && <li className="text-text-3">and {settings.length - SAID} more settings</li>}
    </ul>
  )
}
