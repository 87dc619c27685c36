'use client'
import { Switch as Parts } from 'radix-ui'
import { classNames } from './class-names'

/** A switch that acts at once. */
export function Toggle({
  on,
  onChange,
  label,
  disabled,
  id,
  className,
}: {
  on: boolean
  onChange: (on: boolean) => void
  label: string
  disabled?: boolean
  id?: string
  className?: string
}) {
  return (
    <Parts.Root
      id={id}
      checked={on}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={id ? undefined : label}
      className={classNames(
        'target relative h-4 w-7 touch:origin-right touch:scale-150 flex-none cursor-default rounded-full bg-active inset-line-strong transition-colors duration-(--t-fast) data-[state=checked]:bg-accent data-[state=checked]:inset-line-none disabled:opacity-40',
        className,
      )}
    >
      <Parts.Thumb className="block size-2.5 translate-x-[3px] rounded-full bg-text-2 transition-transform duration-(--t-fast) data-[state=checked]:translate-x-[15px] data-[state=checked]:bg-accent-ink" />
    </Parts.Root>
  )
}
