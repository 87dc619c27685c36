import { classNames } from './class-names'

/** A share of 1 as a bar 4 px high. What it measures stands beside it in figures. */
export function ProgressBar({
  fraction,
  label,
  quiet,
  className,
}: {
  fraction: number
  label: string
  /** A state rather than something that is happening now: space used, not work done. */
  quiet?: boolean
  className?: string
}) {
  const percent = Math.round(Math.max(0, Math.min(1, fraction)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={classNames('h-1 overflow-hidden rounded-[2px] bg-active', className)}
    >
      <div
        className={classNames('h-full rounded-[2px]', quiet ? 'bg-text-2' : 'bg-accent')}
        style={{ width: `${percent}%`, transition: 'width var(--t-base) var(--ease-out)' }}
      />
    </div>
  )
}
