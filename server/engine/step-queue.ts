import type { BlobRef, ValueRef } from '../../nodes/core/value-ref'
import type { JobRequest } from '../worker/pool'
import { OpenValue } from './open-value'
import { type Plan, PREPARED, type Step } from './plan'

type Outputs = Record<string, ValueRef>

/** Which steps of a plan may begin: those whose inputs are there, and those that can follow a video while it is made. */
export class StepQueue {
  /** Nearest to a target first. */
  readonly ready: Step[] = []
  readonly outputs = new Map<string, Outputs>()
  private readonly waitingFor = new Map<string, number>()
  private readonly readers = new Map<string, Step[]>()
  /** Videos of steps that still make them. */
  private readonly open = new Map<string, Map<string, OpenValue>>()
  /** Steps that wait until what they read is whole. */
  private readonly patient = new Set<string>()

  constructor(private readonly plan: Plan) {}

  /** A step that is to be computed. In topological order. */
  enter(step: Step): void {
    let waits = 0
    for (const source of this.sourcesOf(step)) {
      if (source.state !== 'run') continue
      waits++
      const list = this.readers.get(source.id)
      if (list) list.push(step)
      else this.readers.set(source.id, [step])
    }
    this.waitingFor.set(step.id, waits)
    if (waits === 0) this.addReady(step)
  }

  private sourcesOf(step: Step): Step[] {
    const ids = new Set(Object.values(step.inputs).map(({ step: id }) => id))
    if (step.kind === 'node' && this.plan.steps.has(`${step.id}${PREPARED}`)) ids.add(`${step.id}${PREPARED}`)
    return [...ids].map((id) => this.plan.steps.get(id)!)
  }

  private addReady(step: Step): void {
    let at = this.ready.length
    while (at > 0 && this.ready[at - 1].depth > step.depth) at--
    this.ready.splice(at, 0, step)
  }

  /** Whether a step that may run reads what another one is still making. */
  follows(step: Step): boolean {
    return Object.values(step.inputs).some((source) => !this.outputs.has(source.step))
  }

  /** What a step that may run reads; `open`: how to follow those that are still made. */
  inputsOf(step: Step): { inputs: Outputs; open: JobRequest['open'] } {
    const inputs: Outputs = {}
    const open: JobRequest['open'] = {}
    for (const [name, source] of Object.entries(step.inputs)) {
      const whole = this.outputs.get(source.step)?.[source.output]
      const begun = this.open.get(source.step)?.get(source.output)
      inputs[name] = whole ?? begun!.ref
      if (!whole) open[name] = begun!.follow
    }
    return { inputs, open }
  }

  /** Videos that a step of this run reads: they are long, and read from their beginning to their end. */
  followedOutputs(step: Step): string[] {
    const readers = (this.readers.get(step.id) ?? []).filter(({ handsOn }) => handsOn === undefined)
    const read = readers.flatMap((reader) => Object.values(reader.inputs))
    const outputs = read.filter((source) => source.step === step.id).map((source) => source.output)
    return [...new Set(outputs)].filter((output) => step.definition.outputs[output]?.type === 'video')
  }

  /** An output of a step has begun. @returns false for a second attempt, which makes the same again */
  begin(step: Step, output: string, ref: ValueRef): boolean {
    const values = this.open.get(step.id) ?? new Map<string, OpenValue>()
    if (values.has(output)) return false
    this.open.set(step.id, values.set(output, new OpenValue(ref)))
    this.startFollowers(step)
    return true
  }

  append(step: Step, output: string, name: string, blob: BlobRef): void {
    this.open.get(step.id)!.get(output)!.add(name, blob)
  }

  hasBegun(id: string): boolean {
    return this.open.has(id)
  }

  finish(step: Step, outputs: Outputs): void {
    this.outputs.set(step.id, outputs)
    this.open.delete(step.id)
    for (const reader of this.readers.get(step.id) ?? []) {
      const left = this.waitingFor.get(reader.id)! - 1
      this.waitingFor.set(reader.id, left)
      if (left === 0) this.addReady(reader)
    }
    this.startFollowers(step)
  }

  /** What a step had begun will never be whole: nobody may start to follow it. */
  abandon(step: Step): void {
    this.open.delete(step.id)
  }

  /** A step whose worker died while it followed another one does not follow a second time: it waits for the whole. */
  waitAgain(step: Step): void {
    this.patient.add(step.id)
    const waits = this.sourcesOf(step).filter((source) => !this.outputs.has(source.id)).length
    this.waitingFor.set(step.id, waits)
    if (waits === 0) this.addReady(step)
  }

  /** The readers of a step that wait for nothing but videos that have begun may start. */
  private startFollowers(step: Step): void {
    for (const reader of this.readers.get(step.id) ?? []) {
      if (this.waitingFor.get(reader.id)! <= 0 || !this.canFollow(reader)) continue
      this.waitingFor.set(reader.id, 0)
      this.addReady(reader)
    }
  }

  private canFollow(step: Step): boolean {
    if (this.patient.has(step.id) || step.handsOn !== undefined) return false
    const has = (id: string, output: string) =>
      this.outputs.has(id) || this.open.get(id)?.has(output) === true
    const prepared = `${step.id}${PREPARED}`
    return (
      Object.values(step.inputs).every((source) => has(source.step, source.output)) &&
      (!this.plan.steps.has(prepared) || this.outputs.has(prepared))
    )
  }

  /**
   * Takes out the steps that no target needs any more, now that whatever hangs on `failed` cannot be reached.
   *
   * @returns ids of those that are still needed
   */
  dropWhatOnlyServes(failed: Step): ReadonlySet<string> {
    const lost = new Set([failed.id])
    for (const step of this.plan.steps.values()) {
      if (this.sourcesOf(step).some((source) => lost.has(source.id)) && step.state === 'run')
        lost.add(step.id)
    }
    const useful = new Set<string>()
    const queue = this.plan.targets.filter((id) => !lost.has(id))
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (useful.has(at)) continue
      useful.add(at)
      for (const source of this.sourcesOf(this.plan.steps.get(at)!)) queue.push(source.id)
    }
    for (let i = this.ready.length - 1; i >= 0; i--)
      if (!useful.has(this.ready[i].id)) this.ready.splice(i, 1)
    return useful
  }
}
