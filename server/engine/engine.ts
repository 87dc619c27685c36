import { migrateNodes, type WorkflowDocument } from '../../nodes/core/document'
import { buildGraph, inputFacts } from '../../nodes/core/graph'
import { networkFinder } from '../packs/find-network'
import type { ValueRef } from '../storage/value-ref'
import type { EngineOptions } from './engine-options'
import { readHistory, readTimings } from './journal'
import { type Plan, planRun } from './plan'
import { plannedSteps } from './planned-steps'
import { Run } from './run'
import type { RunOptions } from './run-options'
import type { RunResult } from './run-result'

/** Plans and runs workflows over a data folder. Knows nodes only through their definitions. */
export class Engine {
  private readonly running = new Set<Promise<unknown>>()

  constructor(private readonly options: EngineOptions) {}

  /** What a run would do, and why. @throws StudioError the first problem in the way */
  plan(document: WorkflowDocument, targets: readonly string[] = [], fresh = false): Plan {
    const { data, registry } = this.options
    data.cache.refresh()
    return planRun({
      document: migrateNodes(document, registry),
      registry,
      targets,
      find: (key) => data.cache.find(key),
      assets: data.assets,
      network: networkFinder(data.packs),
      history: readHistory(data, document.id),
      fresh,
    })
  }

  /** How long a plan takes, as far as its nodes have been measured before. */
  estimate(plan: Plan): number | undefined {
    const planned = plannedSteps(plan.steps, readTimings(this.options.data))
    const known = planned.flatMap(({ state, estimateSeconds }) =>
      state === 'run' && estimateSeconds !== undefined ? [estimateSeconds] : [],
    )
    return known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) : undefined
  }

  /** Length of the longest value that goes into a node, when that is known before running. */
  durationInto(document: WorkflowDocument, nodeId: string): number | undefined {
    const { data, registry } = this.options
    const graph = buildGraph(migrateNodes(document, registry), registry, (id) => data.assets.find(id)?.facts)
    const inputs = graph.nodes.get(nodeId)?.inputs ?? {}
    const lengths = Object.values(inputFacts(inputs, graph.facts)).flatMap((facts) => {
      const seconds = facts?.frames && facts.fps ? facts.frames / facts.fps : facts?.durationSeconds
      return seconds === undefined ? [] : [seconds]
    })
    return lengths.length > 0 ? Math.max(...lengths) : undefined
  }

  /** Title of the definition whose frames go into a node: a result is called by what made it. */
  madeBy(document: WorkflowDocument, nodeId: string): string | undefined {
    for (const { from, to } of document.edges) {
      const definition = to[0] === nodeId && this.options.registry.get(document.nodes[from[0]]?.type ?? '')
      if (definition && definition.outputs[from[1]]?.type === 'video') return definition.title
    }
    return undefined
  }

  /** Forgets every result that a run would rely on, so that it computes all. @throws StudioError as `plan` */
  forget(document: WorkflowDocument, targets: readonly string[] = []): void {
    for (const { key } of this.plan(document, targets).steps.values()) this.options.data.cache.forget(key)
  }

  /** Remembers that the value under `key`, of a node of type `type`, is approved: no run asks about it again. */
  approve(key: string, type: string, outputs: Record<string, ValueRef>): void {
    this.options.data.cache.put({ key, node: type, outputs, warnings: [], seconds: 0 })
  }

  /**
   * Runs a workflow to its end.
   *
   * @throws StudioError of the first node that failed, after everything that does not hang on it has finished;
   *   CancelledError; WaitingError when all that is left waits for an approval: once that is there, run it again
   */
  async run(document: WorkflowDocument, options: RunOptions = {}): Promise<RunResult> {
    const running = new Run(this.options, document, options, (edited) =>
      this.plan(edited, options.targets, options.fresh),
    ).execute()
    this.running.add(running)
    return running.finally(() => this.running.delete(running))
  }

  /** Resolves when no run is left, tidying up included: nothing is written to the data folder any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running)
  }
}
