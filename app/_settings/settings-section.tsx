import type { ReactNode } from 'react'

export function SettingsSection({
  id,
  title,
  intro,
  children,
}: {
  id: string
  title: string
  intro?: ReactNode
  children: ReactNode
}) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="scroll-mt-4 border-b border-line-1 py-6 last:border-0"
    >
      <h2 id={`${id}-title`} className="font-title text-15">
        {title}
      </h2>
      {intro && <p className="mt-1 max-w-[64ch] text-pretty text-text-2">{intro}</p>}
      <div className="mt-3 grid gap-3">{children}</div>
    </section>
  )
}

/** A setting: its name and what it does at the left, its control at the right; below each other on a phone. */
export function SettingRow({
  label,
  docs,
  children,
}: {
  label: string
  docs?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="grid min-h-9 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 max-sm:grid-cols-1">
      <div>
        <p className="font-strong">{label}</p>
        {docs && <p className="max-w-[56ch] text-pretty text-11 text-text-3">{docs}</p>}
      </div>
      <div className="justify-self-end max-sm:justify-self-start">{children}</div>
    </div>
  )
}
