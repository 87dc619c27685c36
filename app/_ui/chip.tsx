import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

const TONES = {
  quiet: 'bg-active text-text-2',
  accent: 'bg-accent-soft text-accent',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  err: 'bg-err-soft text-err',
}

export function Chip({
  tone = 'quiet',
  icon: Icon,
  className,
  children,
}: {
  tone?: keyof typeof TONES
  icon?: LucideIcon
  className?: string
  children: ReactNode
}) {
  return (
    <span
      className={classNames(
        'inline-flex h-[18px] flex-none items-center gap-1 whitespace-nowrap rounded-full px-1.5 font-strong text-11',
        TONES[tone],
        className,
      )}
    >
      {Icon && <Icon size={11} strokeWidth={1.75} aria-hidden />}
      {children}
    </span>
  )
}
