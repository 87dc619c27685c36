import {
  Check,
  CheckCheck,
  CircleAlert,
  CirclePause,
  CircleSlash2,
  Clock3,
  CornerUpRight,
  type LucideIcon,
} from 'lucide-react'
import { classNames } from './class-names'
import { ProgressRing } from './progress-ring'

export type Status =
  | 'queued'
  | 'running'
  | 'done'
  | 'cached'
  | 'waiting'
  | 'failed'
  | 'cancelled'
  | 'bypassed'
  | 'muted'

const SIGNS: Record<Exclude<Status, 'running'>, { icon: LucideIcon; ink: string; soft: string }> = {
  queued: { icon: Clock3, ink: 'text-text-3', soft: 'bg-active text-text-2' },
  done: { icon: Check, ink: 'text-ok', soft: 'bg-ok-soft text-ok' },
  cached: { icon: CheckCheck, ink: 'text-text-3', soft: 'bg-active text-text-2' },
  waiting: { icon: CirclePause, ink: 'text-warn', soft: 'bg-warn-soft text-warn' },
  failed: { icon: CircleAlert, ink: 'text-err', soft: 'bg-err-soft text-err' },
  cancelled: { icon: CircleSlash2, ink: 'text-text-3', soft: 'bg-active text-text-2' },
  bypassed: { icon: CornerUpRight, ink: 'text-text-3', soft: 'bg-active text-text-2' },
  muted: { icon: CircleSlash2, ink: 'text-text-3', soft: 'bg-active text-text-2' },
}

/**
 * What state something is in: a sign and its word, never the colour alone. Without `text` the word of the state is
 * said to screen readers only, for places too narrow to show it.
 */
export function StatusSign({
  status,
  text,
  fraction,
  chip,
  size = 13,
  className,
}: {
  status: Status
  text?: string
  /** Of a running one. */
  fraction?: number
  /** On a soft fill of its own. */
  chip?: boolean
  size?: number
  className?: string
}) {
  const percent =
    status === 'running' && fraction !== undefined ? `${Math.round(fraction * 100)} %` : undefined
  const ink = status === 'running' ? 'text-accent' : SIGNS[status].ink
  const soft = status === 'running' ? 'bg-accent-soft text-accent' : SIGNS[status].soft
  const word = text ?? percent
  const Icon = status === 'running' ? undefined : SIGNS[status].icon
  return (
    <span
      className={classNames(
        'inline-flex flex-none items-center gap-1 whitespace-nowrap text-11',
        chip ? `h-[18px] rounded-full px-1.5 font-strong ${soft}` : ink,
        className,
      )}
    >
      {Icon ? (
        <Icon size={chip ? 11 : size} strokeWidth={1.75} aria-hidden />
      ) : (
        <ProgressRing size={chip ? 11 : size} fraction={fraction} />
      )}
      {word ?? <span className="sr-only">{status}</span>}
    </span>
  )
}
