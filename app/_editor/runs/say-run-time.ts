import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { saySeconds } from '../../_lib/say-time'

type Timed = Pick<RunSummary, 'startedAt' | 'remainingSeconds'>

/** How long a run has been at work: `12 s`. */
export const sayElapsed = ({ startedAt }: Timed, now: number): string =>
  saySeconds(startedAt === undefined ? 0 : Math.max(0, (now - startedAt) / 1_000))

/** How long it still takes, to be put behind something: `, ~12 s left`; nothing while nobody can tell. */
export const sayLeft = ({ remainingSeconds }: Timed): string =>
  remainingSeconds === undefined ? '' : `, ~${saySeconds(remainingSeconds)} left`
