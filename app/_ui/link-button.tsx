import type { LucideIcon } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { type ButtonKind, buttonClasses, type ControlSize } from './button'
import { classNames } from './class-names'

/** A link that looks like a button: it goes somewhere and can be opened in a new tab. */
export function LinkButton({
  href,
  kind = 'default',
  size = 'default',
  icon: Icon,
  className,
  children,
}: {
  href: string
  kind?: ButtonKind
  size?: ControlSize
  icon?: LucideIcon
  className?: string
  children: ReactNode
}) {
  return (
    <Link href={href} className={classNames(buttonClasses(kind, size), className)}>
      {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
      {children}
    </Link>
  )
}
