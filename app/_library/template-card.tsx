'use client'
import { Check, LayoutTemplate, Package } from 'lucide-react'
import { ProgressRing } from '../_ui/progress-ring'
import type { LibraryTemplate } from './library-types'

/** A start: a click makes a workflow of it and opens that. */
export function TemplateCard({
  template: { name, summary, picture, needs, nodeCount },
  busy,
  onUse,
}: {
  template: LibraryTemplate
  busy: boolean
  onUse: () => void
}) {
  const Sign = needs.length > 0 ? Package : Check
  return (
    <button
      type="button"
      onClick={onUse}
      aria-busy={busy || undefined}
      className="flex min-h-[112px] min-w-0 cursor-default overflow-hidden rounded-3 bg-card text-left outline outline-line-2 -outline-offset-1 hover:outline-line-3"
    >
      <span className="relative grid w-28 flex-none place-items-center bg-stage">
        {!picture && <LayoutTemplate size={20} strokeWidth={1.5} className="text-[#8a8a8a]" aria-hidden />}
        {picture && (
          // biome-ignore lint/performance/noImgElement: a small picture that ships with the studio
          <img src={picture} alt="" loading="lazy" className="absolute inset-0 size-full object-cover" />
        )}
      </span>
      <span className="flex min-w-0 flex-1 flex-col px-3 py-2.5">
        <span className="line-clamp-2 font-strong text-13" title={name}>
          {name}
        </span>
        <span className="mt-0.5 line-clamp-3 mb-1 flex-none text-11 text-text-2">{summary}</span>
        <span className="mt-auto flex items-center gap-1 text-11 text-text-3">
          {busy ? <ProgressRing size={12} /> : <Sign size={12} strokeWidth={1.75} aria-hidden />}
          <span className="min-w-0 truncate">
            {busy ? 'Making a workflow' : needs.length > 0 ? needs.join(', ') : 'No pack'}
          </span>
          {!busy && <span className="ml-auto flex-none">{nodeCount} nodes</span>}
        </span>
      </span>
    </button>
  )
}
