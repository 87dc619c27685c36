'use client'
import { TriangleAlert } from 'lucide-react'
import type { ErrorJson } from '../../../nodes/core/errors'
import { Tooltip } from '../../_ui/tooltip'
import { sayTuned } from '../live/say-tuned'
import { useAssetName } from '../panels/use-assets'
import { ReviewButtons } from '../review/review-buttons'
import { indexOf } from '../state/edge-index'
import { useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { CARD } from './card-size'
import { capitalised, sayEstimate, sayWhy, words } from './say'
import { lacksFile } from './say-problem'
import type { CardModel } from './use-card'

/** The last line of a card: why it ran, will run, or will not. */
export function CardFoot({ card }: { card: CardModel }) {
  const reason = useReason(card)
  const { warnings, state } = card.run
  return (
    <footer
      className="flex items-center gap-1.5 border-line-1 border-t px-3 text-11 text-text-3"
      style={{ height: CARD.foot }}
    >
      {state === 'asking' ? (
        <ReviewButtons nodeId={card.id} compact />
      ) : typeof reason.asset === 'string' ? (
        <FileLine {...reason} />
      ) : (
        <Line {...reason} />
      )}
      {warnings.length > 0 && (
        <Tooltip text={warnings.join(' ')}>
          <span role="img" className="flex-none text-warn" aria-label={warnings.join(' ')}>
            <TriangleAlert size={13} strokeWidth={1.75} aria-hidden />
          </span>
        </Tooltip>
      )}
    </footer>
  )
}

function FileLine({ asset, text }: Reason) {
  return <Line text={useAssetName(asset) ?? text} />
}

function Line({ text, tone }: Reason) {
  const colour = tone === 'err' ? 'text-err' : tone === 'warn' ? 'text-warn' : ''
  return (
    <span className={`min-w-0 flex-1 truncate ${colour}`} title={text}>
      {text}
    </span>
  )
}

interface Reason {
  text: string
  tone?: 'warn' | 'err'
  /** Its name is said instead, where the studio knows it. */
  asset?: unknown
}

function useReason({ id, node, definition, run }: CardModel): Reason {
  const waitsFor = useWaitsFor(id, run.state === 'waiting')
  const readers = useWorkflow(({ edges }) => indexOf(edges).readers.get(id) ?? 0)
  const { asset } = node.params
  const nothingRuns = useRuns(({ analysis }) => analysis?.steps.length === 0)
  if (!definition) return { text: 'Kept as it is; it cannot run here' }
  if (node.mode === 'mute') {
    if (readers === 0) return { text: 'Switched off' }
    return { text: readers === 1 ? 'What reads it is off too' : `${readers} inputs after it get nothing` }
  }
  if (node.mode === 'bypass') {
    const through = Object.values(definition.outputs).find((output) =>
      Object.values(definition.inputs).some((input) => input.type === output.type),
    )
    return { text: through ? `Passes ${through.label.toLowerCase()} through` : 'Passes nothing through' }
  }
  const estimate = run.estimateSeconds === undefined ? '' : ` · ${sayEstimate(run.estimateSeconds)}`
  switch (run.state) {
    case 'failed':
      return {
        text: run.fraction > 0 ? `Stopped at ${Math.round(run.fraction * 100)} %` : 'Stopped',
        tone: 'err',
      }
    case 'running':
      if (run.tuned) return { text: sayTuned(definition, run.tuned) }
      return { text: `Runs: ${sayWhy(run.why)}` }
    case 'asking':
      return { text: 'Waiting for you', tone: 'warn' }
    case 'waiting':
      return { text: waitsFor ? `Waits for ${waitsFor}${estimate}` : `Waits for its turn${estimate}` }
    case 'done':
      return { text: `Ran: ${sayWhy(run.why)}`, asset }
    case 'cached':
      return { text: 'Reused, nothing changed', asset }
    default:
      if (run.problem) return { text: shortProblem(run.problem, definition.inputs), tone: 'warn' }
      if (run.willRun) return { text: `Will run: ${sayWhy(run.why)}${estimate}` }
      if (nothingRuns) return { text: 'Waits for what comes before it' }
      // What only finished results read is not computed again, and that is no news.
      if (Object.keys(run.values).length > 0) return { text: 'Up to date' }
      return {
        text: readers > 0 || run.state === 'not-needed' ? 'Not needed by this run' : definition.summary,
      }
  }
}

/** `Input "audio" of Speech (n1) is not connected.` → `Needs audio` */
function shortProblem(problem: ErrorJson, inputs: Record<string, { label: string }>): string {
  if (lacksFile(problem)) return 'No file chosen yet'
  const { message } = problem
  const missing = /^Input "([^"]+)" .* is not connected\.$/.exec(message)
  if (missing) return `Needs ${(inputs[missing[1]]?.label ?? missing[1]).toLowerCase()}`
  const cut = /^Input "([^"]+)" .* gets nothing, because .* is switched off\.$/.exec(message)
  if (cut) return `Gets no ${(inputs[cut[1]]?.label ?? cut[1]).toLowerCase()}: what gives it is off`
  const pack = /: it needs (.+) of the model pack /.exec(message)
  if (pack) return `Needs ${pack[1]}`
  return capitalised(message)
}

/** The first node upstream that is still at work. */
function useWaitsFor(id: string, active: boolean): string | undefined {
  const sources = useWorkflow(({ edges }) =>
    active ? edges.flatMap(({ from, to }) => (to[0] === id ? [from[0]] : [])).join('\n') : '',
  )
  const busy = useRuns(({ views }) =>
    active
      ? sources
          .split('\n')
          .find((source) => ['running', 'waiting', 'asking'].includes(views[source]?.state ?? 'idle'))
      : undefined,
  )
  return useWorkflow(({ nodes }) =>
    busy ? (nodes[busy]?.title ?? titleOfType(nodes[busy]?.type)) : undefined,
  )
}

const titleOfType = (type: string | undefined) => (type ? words(type.split('/')[1] ?? type) : undefined)
