import { statSync } from 'node:fs'
import { migrateNodes, type WorkflowDocument } from '../../nodes/core/document'
import type { Registry } from '../../nodes/core/registry'
import type { PlannedStep } from '../../nodes/core/run-events'
import type { Facts } from '../../nodes/core/sockets'
import type { ValueRef } from '../../nodes/core/value-ref'
import { costRows } from '../engine/costs'
import { historyFile, readHistory, readTimings, timingsFile } from '../engine/journal'
import { type Survey, survey } from '../engine/plan'
import { plannedSteps } from '../engine/planned-steps'
import { networkFinder } from '../packs/find-network'
import { missingWeights } from '../packs/missing-weights'
import type { Analysis } from '../realtime/protocol'
import type { AssetRecord } from '../storage/assets'
import type { DataFolder } from '../storage/data-folder'

/** Says what is known of a document before it runs. Called after every edit, so it reads a file again only when it has changed. */
export class Analyst {
  private readonly assets = new Map<string, AssetRecord>()
  private readonly files = new Map<string, { stamp: string; content: unknown }>()

  constructor(
    private readonly data: DataFolder,
    private readonly registry: Registry,
  ) {}

  analyse(document: WorkflowDocument): Omit<Analysis, 'revision'> {
    const { data, registry } = this
    data.cache.refresh()
    const network = networkFinder(data.packs)
    const found = survey({
      document: migrateNodes(document, registry),
      registry,
      find: (key) => data.cache.find(key),
      assets: { find: (id) => this.asset(id) },
      network,
      history: this.unchanged(historyFile(data, document.id), () => readHistory(data, document.id)),
    })
    const timings = this.unchanged(timingsFile(data), () => readTimings(data))
    const steps = plannedSteps(found.steps, timings)
    return {
      workflow: document.id,
      facts: factsOf(found),
      problems: found.graph.problems,
      missingWeights: missingWeights(document, registry, network),
      targets: found.targets,
      steps,
      estimateSeconds: estimateOf(steps),
      values: valuesOf(found),
      costs: this.costsOf(found, document),
    }
  }

  private costsOf({ steps, found }: Survey, document: WorkflowDocument): Analysis['costs'] {
    const costs: Analysis['costs'] = {}
    for (const step of steps.values()) {
      if (step.kind !== 'node' || !step.definition.measures || !found.has(step.key)) continue
      costs[step.node] = costRows(step, { steps, document, find: (key) => found.get(key) })
    }
    return costs
  }

  private asset(id: string): AssetRecord | undefined {
    const known = this.assets.get(id) ?? this.data.assets.find(id)
    if (known) this.assets.set(id, known) // a record never changes
    return known
  }

  private unchanged<T>(file: string, read: () => T): T {
    const info = statSync(file, { throwIfNoEntry: false })
    const stamp = info ? `${info.ino}-${info.mtimeMs}-${info.size}` : ''
    const known = this.files.get(file)
    if (known?.stamp === stamp) return known.content as T
    const content = read()
    if (this.files.size > 50) this.files.clear()
    this.files.set(file, { stamp, content })
    return content
  }
}

function factsOf({ graph }: Survey): Analysis['facts'] {
  const facts: Analysis['facts'] = {}
  for (const [node, outputs] of graph.facts) {
    const known = Object.entries(outputs).filter((entry): entry is [string, Facts] => entry[1] !== undefined)
    if (known.length > 0) facts[node] = Object.fromEntries(known)
  }
  return facts
}

function valuesOf({ steps, found }: Survey): Analysis['values'] {
  const values: Record<string, Record<string, ValueRef>> = {}
  for (const step of steps.values()) {
    const entry = step.kind === 'node' ? found.get(step.key) : undefined
    if (entry) values[step.node] = entry.outputs
  }
  return values
}

function estimateOf(steps: readonly PlannedStep[]): number | undefined {
  const known = steps.flatMap(({ state, estimateSeconds }) =>
    state === 'run' && estimateSeconds !== undefined ? [estimateSeconds] : [],
  )
  return known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) : undefined
}
