import type { WorkflowDocument } from '../../nodes/core/document'
import type { Registry } from '../../nodes/core/registry'
import type { Engine } from '../engine/engine'
import type { Analysis } from '../realtime/protocol'

/** Computed in one go; the rest follows with the next analysis. */
const AT_ONCE = 24

/** Files that cannot be read are remembered, so that an edit elsewhere does not read them again. */
const REMEMBERED = 2_000

export interface EagerNodesOptions {
  engine: Engine
  registry: Registry
  /** There are results now. */
  onDone(workflow: string): void
}

/**
 * Computes nodes that are cheap (`eager` in their definition) as soon as somebody looks at a workflow, so that their
 * cards show the portrait, the sound and the pose before anything is run. No run of the history: what fails here is
 * said by the run that needs it.
 */
export class EagerNodes {
  private readonly busy = new Set<string>()
  private readonly tried = new Set<string>()
  private readonly closing = new AbortController()

  constructor(private readonly options: EagerNodesOptions) {}

  /** @param analysis of `document` as it stands */
  async look(document: WorkflowDocument, { steps, values, problems }: Analysis): Promise<void> {
    if (this.busy.has(document.id) || this.closing.signal.aborted) return
    const { engine, registry, onDone } = this.options
    const broken = new Set(problems.map(({ nodeId }) => nodeId))
    const picked = steps
      .filter(({ node, type }) => registry.get(type)?.eager && !values[node] && !broken.has(node))
      .map(({ node }) => [node, document.nodes[node]] as const)
      .filter(([, { type, params }]) => !this.tried.has(identity(type, params)))
      .slice(0, AT_ONCE)
    if (picked.length === 0) return
    if (this.tried.size > REMEMBERED) this.tried.clear()
    for (const [, { type, params }] of picked) this.tried.add(identity(type, params))
    this.busy.add(document.id)
    try {
      const alone = {
        ...document,
        nodes: Object.fromEntries(picked),
        edges: [],
        layout: {},
        groups: [],
        notes: [],
      }
      await engine.run(alone, {
        targets: picked.map(([node]) => node),
        signal: this.closing.signal,
        isRecorded: false,
      })
    } catch {
      // Said again, and then to somebody who asked, by the run that needs the node.
    }
    this.busy.delete(document.id)
    if (!this.closing.signal.aborted) onDone(document.id)
  }

  close(): void {
    this.closing.abort()
  }
}

const identity = (type: string, params: unknown) => JSON.stringify([type, params])
