'use client'
import { Film } from 'lucide-react'
import type { RunSummary } from '../../server/realtime/protocol'
import { EmptyState } from '../_ui/empty-state'
import { AllLink, LibrarySection } from './library-section'
import { libraryResult } from './library-shapes'
import { ResultCard } from './result-card'

/** As many as fill the rows of the home page at its width. */
const FULL_ROWS =
  '@min-[720px]:@max-[904px]:[&>:nth-child(n+5)]:hidden @min-[904px]:@max-[1088px]:[&>:nth-child(n+6)]:hidden'
const ON_HOME = 6

export function ResultSection({
  title,
  runs,
  all,
  now,
}: {
  title: string
  /** Those that have finished, newest first. */
  runs: readonly RunSummary[]
  /** All of them, not the newest few. */
  all: boolean
  now: number
}) {
  const end = !all && runs.length > ON_HOME && <AllLink place="results" text={`All ${runs.length} results`} />
  return (
    <LibrarySection title={title} end={end}>
      {runs.length === 0 ? (
        <EmptyState icon={Film} title="No run has finished yet">
          Open a workflow and run it. Its video appears here.
        </EmptyState>
      ) : (
        <div className="@container">
          <div
            className={`grid grid-cols-[repeat(auto-fill,minmax(min(46%,168px),1fr))] gap-4 ${all ? '' : FULL_ROWS}`}
          >
            {runs.slice(0, all ? undefined : ON_HOME).map((run) => (
              <ResultCard key={run.id} result={libraryResult(run, now)} />
            ))}
          </div>
        </div>
      )}
    </LibrarySection>
  )
}
