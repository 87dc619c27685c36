import type { RunSummary } from '../../nodes/core/run-snapshot'
import type { Services } from '../services'
import { keepTuned } from './keep-tuned'

/**
 * Approves what a review of a run shows. `asItStands`: the run goes on with its workflow as it stands now, with whatever
 * was edited since, instead of the one it was started with.
 *
 * @throws StudioError `run/…`; the first problem in the way of the workflow as it stands
 */
export async function approveReview(
  { runs, versions, registry }: Pick<Services, 'runs' | 'versions' | 'registry'>,
  { run, node, asItStands }: { run: string; node: string; asItStands?: boolean },
): Promise<RunSummary> {
  if (!asItStands) return runs.approve(run, node)
  const version = await versions.snapshot(runs.snapshot(run).summary.workflow, 'run')
  const { document: stands } = await versions.get(version.id)
  const document = keepTuned(stands, runs.snapshot(run), runs.document(run), registry)
  return runs.approve(run, node, { document, version: version.id })
}
