import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

/** What belongs here and the fastest ways to fill it; also for what went wrong with a whole page or panel. */
export function EmptyState({
  icon: Icon,
  title,
  tone = 'quiet',
  large,
  actions,
  children,
  className,
}: {
  icon?: LucideIcon
  title: string
  tone?: 'quiet' | 'warn' | 'err'
  /** For a page of its own. */
  large?: boolean
  actions?: ReactNode
  children?: ReactNode
  className?: string
}) {
  const Heading = large ? 'h1' : 'h2'
  return (
    <div className={classNames('grid justify-items-center gap-2 px-6 py-10 text-center', className)}>
      {Icon && (
        <Icon
          size={large ? 28 : 20}
          strokeWidth={1.5}
          className={{ quiet: 'text-text-3', warn: 'text-warn', err: 'text-err' }[tone]}
          aria-hidden
        />
      )}
      <Heading className={classNames('text-balance font-title', large ? 'text-28' : 'text-15')}>
        {title}
      </Heading>
      {children && (
        <div className={classNames('max-w-[44ch] text-balance text-text-2', large && 'text-13')}>
          {children}
        </div>
      )}
      {actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
