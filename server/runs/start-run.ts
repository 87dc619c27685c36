import type { RunSummary } from '../../nodes/core/run-snapshot'
import type { Services } from '../services'

/** Freezes the live document of a workflow and queues it. @throws StudioError the first problem in the way */
export async function startRun(
  { rooms, runs }: Pick<Services, 'rooms' | 'runs'>,
  { workflow, targets, fresh }: { workflow: string; targets?: string[]; fresh?: boolean },
): Promise<RunSummary> {
  const document = await rooms.read(workflow)
  return runs.start({ workflow, document, targets, fresh })
}
