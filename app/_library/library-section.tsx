import type { ReactNode } from 'react'

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
