'use client'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { useLoaded } from '../dock/use-loaded'
import { useArtifacts } from '../stages/artifact-context'
import { mainFile, resultFile } from './result-of-run'
import type { ResultFile } from './result-player'
import { useRunsSource } from './runs-source'

/** What a run made, to be played; its sound and facts follow when the studio has told them. */
export function useResultFile(run: RunSummary | undefined): ResultFile | undefined {
  const source = useArtifacts()
  const { media } = useRunsSource()
  const { value } = useLoaded(run?.id ?? '', run && (() => media(run)))
  const file = run && mainFile(run.files)
  return run && file ? resultFile(run, file, source, value) : undefined
}
