import Link from 'next/link'
import type { ReactNode } from 'react'
import type { Place } from '../_shell/side-bar'

export function LibrarySection({
  title,
  end,
  children,
}: {
  title: string
  end?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="mb-7">
      <div className="mb-3 flex min-h-8 items-center gap-3">
        <h2 className="font-title text-20">{title}</h2>
        <span className="ml-auto flex items-center gap-2">{end}</span>
      </div>
      {children}
    </section>
  )
}

export function AllLink({ place, text }: { place: Place; text: string }) {
  return (
    <Link href={`/?show=${place}`} className="rounded-2 font-strong text-text-2 hover:text-text-1">
      {text}
    </Link>
  )
}
