import type { LiveParams } from '../../nodes/core/define-node'
import { StudioError } from '../../nodes/core/errors'
import type { Job, JobMessage } from './protocol'

type Params = Record<string, unknown>

/** The live params of one job: what has come of them, and whether the job has used it. */
export class LiveJob implements LiveParams {
  private values: Params
  private isRead = true
  private wasRead = false
  private isSettled = false

  constructor(
    private readonly job: Pick<Job, 'id' | 'tuned'>,
    private readonly post: (message: JobMessage) => void,
  ) {
    this.values = job.tuned ?? {}
    this.isRead = job.tuned === undefined
  }

  change(values: Params): void {
    this.values = values
    this.isRead = false
    if (this.isSettled) this.sayTooLate()
  }

  read(): Params {
    if (!this.isRead) this.post({ type: 'tuned', job: this.job.id, params: this.values })
    this.wasRead ||= !this.isRead
    this.isRead = true
    return this.values
  }

  settle(as: Params): void {
    this.isSettled = true
    this.post({ type: 'settled', job: this.job.id, as })
    if (!this.isRead) this.sayTooLate()
  }

  /** A result of changed params that did not say so would be taken for one of the params it began with. */
  checkSettled(type: string): void {
    if (this.wasRead && !this.isSettled)
      throw new StudioError('internal', `${type} read changed params and did not settle them.`)
  }

  private sayTooLate(): void {
    this.post({
      type: 'warning',
      job: this.job.id,
      message: 'A change came after its last step and did nothing.',
    })
  }
}
