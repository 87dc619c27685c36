import type { ErrorJson } from '../../nodes/core/errors'
import type { DataFolder } from '../storage/data-folder'
import type { JobResult } from '../worker/pool'
import type { PlannedStep } from './events'
import {
  type RunStatus,
  readHistory,
  type StepRecord,
  type Timings,
  writeHistory,
  writeRun,
  writeTimings,
} from './journal'
import type { Plan, Step } from './plan'
import { timingKey } from './planned-steps'
import type { RunResult } from './run-result'

/** What one run writes down: how its steps went, in its record, and what the plans of later runs learn from it. */
export class RunJournal {
  private readonly records = new Map<string, StepRecord>()
  private readonly timings: Timings = {}

  constructor(
    private readonly data: DataFolder,
    private readonly run: { id: string; startedAt: number; isRecorded: boolean },
  ) {}

  /** Whether any step was computed. */
  get hasWork(): boolean {
    return Object.keys(this.timings).length > 0
  }

  get steps(): StepRecord[] {
    return [...this.records.values()]
  }

  begin(planned: readonly PlannedStep[]): void {
    this.records.clear()
    for (const { step, node, type, state, why } of planned)
      this.records.set(step, { step, node, type, state, why, warnings: [] })
  }

  of(step: string): StepRecord | undefined {
    return this.records.get(step)
  }

  /** @returns false when it has said that before, as a second attempt does */
  warn(step: Step, message: string): boolean {
    const { warnings } = this.records.get(step.id)!
    if (warnings.includes(message)) return false
    warnings.push(message)
    return true
  }

  finish(step: Step, { seconds, memoryBytes, device }: JobResult): void {
    this.timings[timingKey(step)] = { seconds }
    Object.assign(this.records.get(step.id)!, { seconds, memoryBytes, device })
  }

  write(
    status: Exclude<RunStatus, 'interrupted'>,
    { document, targets }: Plan,
    result?: RunResult,
    error?: ErrorJson,
  ): void {
    const { id, startedAt, isRecorded } = this.run
    if (!isRecorded) return
    writeRun(this.data, {
      id,
      status,
      pid: process.pid,
      startedAt: new Date(startedAt).toISOString(),
      seconds: status === 'running' ? undefined : (Date.now() - startedAt) / 1000,
      document,
      targets,
      steps: this.steps,
      files: result?.files ?? [],
      tables: result?.tables ?? {},
      error,
    })
  }

  end(
    status: Exclude<RunStatus, 'running' | 'interrupted'>,
    plan: Plan,
    result?: RunResult,
    error?: ErrorJson,
  ): void {
    const workflow = plan.document.id
    const known = readHistory(this.data, workflow)
    for (const step of plan.steps.values()) {
      if (step.state === 'cached' || this.of(step.id)?.seconds !== undefined) known[step.id] = step.parts
    }
    // A disk that is full must not hide why the run ended.
    try {
      writeHistory(this.data, workflow, known)
      writeTimings(this.data, this.timings)
      this.write(status, plan, result, error)
    } catch (writeFailure) {
      if (status === 'finished') throw writeFailure
    }
  }
}
