'use client'
import type { LucideIcon } from 'lucide-react'
import { Tooltip } from '../../_ui/tooltip'

interface PlayerButtonProps {
  icon: LucideIcon
  label: string
  keys?: string
  on?: boolean
  onPress?(): void
  /** A file to save instead of something to do. */
  href?: string
  name?: string
}

/** A control on a picture: white in both themes, because pictures are dark below it. */
export function PlayerButton({ icon: Icon, label, keys, on, onPress, href, name }: PlayerButtonProps) {
  const className = `grid size-9 flex-none place-items-center rounded-2 hover:bg-white/15 active:bg-white/25 ${
    on === false ? 'text-white/50' : 'text-white'
  }`
  return (
    <Tooltip text={label} keys={keys} side="top">
      {href ? (
        <a href={href} download={name} aria-label={label} className={className}>
          <Icon size={17} strokeWidth={1.75} aria-hidden />
        </a>
      ) : (
        <button type="button" aria-label={label} aria-pressed={on} onClick={onPress} className={className}>
          <Icon size={17} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </Tooltip>
  )
}
