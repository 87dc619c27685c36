import type { ReactNode } from 'react'
import { classNames } from '../../_ui/class-names'

/** A titled part of a panel. */
export function Section({
  title,
  colour,
  end,
  className,
  children,
}: {
  title: string
  /** The square before the title: which region it is about. */
  colour?: string
  end?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <section className={classNames('border-line-1 border-t px-4 py-3', className)}>
      <h3 className="mb-2 flex min-h-6 items-center gap-2 font-title text-12">
        {colour && <Swatch colour={colour} />}
        {title}
        <span className="flex-1" />
        {end}
      </h3>
      {children}
    </section>
  )
}

/** The colour of a region; outlined, so that white is seen on white. */
export function Swatch({ colour }: { colour: string }) {
  return (
    <i
      aria-hidden
      className="inset-line-strong size-2 flex-none rounded-[2px]"
      style={{ backgroundColor: colour }}
    />
  )
}

export function PanelTitle({ title, end }: { title: string; end?: ReactNode }) {
  return (
    <div className="flex h-10 items-center gap-1 pr-2 pl-3 font-title text-13">
      {title}
      <span className="flex-1" />
      {end}
    </div>
  )
}
