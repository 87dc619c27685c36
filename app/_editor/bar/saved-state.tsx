'use client'
import { Check, CloudOff, TriangleAlert } from 'lucide-react'
import { classNames } from '../../_ui/class-names'
import { ProgressRing } from '../../_ui/progress-ring'
import { useEditor } from '../state/editor-context'
import { useLiveStatus } from './use-live-status'

const STATES = {
  loading: { icon: undefined, text: 'Loading', tone: 'text-text-3' },
  saved: { icon: Check, text: 'Saved', tone: 'text-text-3' },
  saving: { icon: undefined, text: 'Saving', tone: 'text-text-3' },
  offline: { icon: CloudOff, text: 'Saved on this device', tone: 'text-warn' },
  failed: { icon: TriangleAlert, text: 'Not saved', tone: 'text-err' },
} as const

/** Whether every edit is on the disk of the studio. */
export function SavedState() {
  const { live } = useEditor()
  const status = useLiveStatus()
  const { icon: Icon, text, tone } = STATES[status]
  const failure = status === 'failed' ? live.failure() : undefined
  return (
    <span
      role="status"
      title={failure ? `${failure.message} ${failure.hint ?? ''}` : undefined}
      className={classNames('flex flex-none items-center gap-1.5 px-1 text-11', tone)}
    >
      {Icon ? <Icon size={13} strokeWidth={1.75} aria-hidden /> : <ProgressRing size={12} />}
      <span className="min-w-[34px] max-sm:sr-only">{text}</span>
    </span>
  )
}
