import { StudioError } from '../../nodes/core/errors'
import { type JobResult, WorkerLost } from '../worker/pool'

/** A worker that dies under a job gets one more chance. */
const MAX_ATTEMPTS = 2

/** Tries jobs whose worker died under them once more. */
export class Attempts {
  /** Steps whose worker died under them and that have not been tried alone yet. */
  private suspects = 0
  private trial: Promise<unknown> = Promise.resolve()

  /** While it does, no other job may begin. */
  get triesAlone(): boolean {
    return this.suspects > 0
  }

  /** @throws WorkerLost when the worker died and `mayRepeat` says no; else what the job throws */
  async run(
    execute: (attempt: number) => Promise<JobResult>,
    { mayRepeat, onRetry }: { mayRepeat(): boolean; onRetry(reason: string): void },
  ): Promise<JobResult> {
    for (let attempt = 1; ; ) {
      try {
        return await (attempt === 1 ? execute(1) : this.alone(() => execute(attempt)))
      } catch (error) {
        if (!(error instanceof WorkerLost) || !mayRepeat()) throw error
        if (!error.innocent && ++attempt > MAX_ATTEMPTS) {
          throw new StudioError(
            'worker/died',
            `The worker process died twice while computing this node (${error.reason}).`,
            {
              hint: 'Often this means too little memory: try a smaller size or a shorter clip.',
            },
          )
        }
        onRetry(error.reason)
      }
    }
  }

  /** Whatever was at work when the worker died is tried with nothing beside it: if it dies again, it was that one. */
  private alone(execute: () => Promise<JobResult>): Promise<JobResult> {
    this.suspects++
    const result = this.trial.then(execute)
    const release = () => void this.suspects--
    this.trial = result.then(release, release)
    return result
  }
}
