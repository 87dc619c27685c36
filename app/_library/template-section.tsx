'use client'
import { Skeleton } from '../_ui/skeleton'
import { AllLink, LibrarySection } from './library-section'
import type { LibraryTemplate } from './library-types'
import { TemplateCard } from './template-card'

/** One row of them on the home page, whatever its width; where they fill two rows evenly, two. The rest is behind “All”. */
const ONE_ROW =
  '@min-[782px]:@max-[1048px]:[&>:nth-child(n+4)]:hidden @max-[1314px]:[&>:nth-child(n+5)]:hidden [&>:nth-child(n+6)]:hidden'

export function TemplateSection({
  title,
  templates,
  all,
  making,
  onUse,
}: {
  title: string
  /** Undefined while they are read. */
  templates: readonly LibraryTemplate[] | undefined
  /** All of them, not those of a row. */
  all: boolean
  /** The one a workflow is being made of. */
  making: string | undefined
  onUse: (id: string) => void
}) {
  const end = !all && templates && templates.length > 3 && (
    <AllLink place="templates" text={`All ${templates.length} templates`} />
  )
  return (
    <LibrarySection title={title} end={end}>
      <div className="@container">
        <div
          className={`grid grid-cols-[repeat(auto-fill,minmax(min(100%,250px),1fr))] gap-4 ${all ? '' : ONE_ROW}`}
        >
          {!templates && [0, 1, 2, 3].map((at) => <Skeleton key={at} className="h-[112px] rounded-3" />)}
          {templates?.map((template) => (
            <TemplateCard
              key={template.id}
              template={template}
              busy={making === template.id}
              onUse={() => onUse(template.id)}
            />
          ))}
        </div>
      </div>
    </LibrarySection>
  )
}
