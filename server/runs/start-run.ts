import type { RunSummary } from '../../nodes/core/run-snapshot'
import type { Services } from '../services'

/** Freezes the live document of a workflow as a version and queues it. @throws StudioError the first problem in the way */
export async function startRun(
  { runs, versions }: Pick<Services, 'runs' | 'versions'>,
  { workflow, targets, fresh }: { workflow: string; targets?: string[]; fresh?: boolean },
): Promise<RunSummary> {
  const version = await versions.snapshot(workflow, 'run')
  const { document } = await versions.get(version.id)
  return runs.start({ workflow, document, targets, fresh, version: version.id })
}
