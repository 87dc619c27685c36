import type { AnyDefinition, NetworkFiles } from '../../nodes/core/define-node'
import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { buildGraph, type Graph, type GraphNode, nodeLabel, type Problem } from '../../nodes/core/graph'
import type { Role } from '../../nodes/core/pack-roles'
import type { Registry } from '../../nodes/core/registry'
import type { AssetStore } from '../storage/assets'
import type { CacheEntry } from '../storage/cache'
import { type FindNetwork, findNetworks, type NetworksOfNodes } from './networks'
import { hashedParams, type KeyParts, withKey } from './step-key'

/** Last known parts per step of one workflow. */
export type History = Record<string, KeyParts>

export type StepState = 'cached' | 'run' | 'not-needed'

/** One job of a run: a node, or the preparation of one (`id` ends in `#prepare`). */
export interface Step {
  id: string
  node: string
  kind: 'node' | 'prepare'
  definition: AnyDefinition
  params: Record<string, unknown>
  /** Socket → the step and output it reads. */
  inputs: Record<string, { step: string; output: string }>
  parts: KeyParts
  key: string
  /** Weights by role. */
  networks: Record<string, NetworkFiles>
  /** Identity of the value that it hands on, when it does nothing else: readers do not notice it. */
  handsOn?: string
  /** Outputs that somebody reads. */
  wanted: Set<string>
  state: StepState
  /** One sentence for people: "cached", "first time", "param blur changed". */
  why: string
  /** What the cache has under the key: all that is wanted, or a part of it. */
  entry?: CacheEntry
  /** Distance to the nearest target: lower runs first. */
  depth: number
}

export interface Plan {
  document: WorkflowDocument
  targets: string[]
  /** Topological order. */
  steps: Map<string, Step>
  /** Sinks that cannot run because something is missing, with the reason. */
  skipped: Problem[]
}

export interface PlanInput {
  document: WorkflowDocument
  registry: Registry
  /** Node ids; empty means every node whose outputs nobody reads. */
  targets: readonly string[]
  find(key: string): CacheEntry | undefined
  assets: Pick<AssetStore, 'find'>
  network: FindNetwork
  history: History
  /** The results of its steps were put away, to compute them again. */
  fresh?: boolean
}

export const PREPARED = '#prepare'

/**
 * Works out what a run has to do: from the targets backwards, stopping at cached results, so that nothing is
 * computed, or even looked at, that nobody reads.
 *
 * @throws StudioError the first problem in the way of a target
 */
export function planRun(input: PlanInput): Plan {
  const { document, registry } = input
  const graph = buildGraph(document, registry, (id) => input.assets.find(id)?.facts)
  const networks = findNetworks(document, graph, input.network)
  const fatal = graph.problems.find(stopsAll)
  if (fatal) throw asError(fatal)
  const { targets, skipped } = chooseTargets(input, graph)
  const steps = makeSteps(graph, neededFrom(graph, targets), networks)
  const depths = distances(steps, targets)
  for (const target of targets) markTarget(steps.get(target)!)
  const order = [...steps.values()]
  const isTarget = new Set(targets)
  for (let i = order.length - 1; i >= 0; i--) visit(order[i], steps, input, isTarget)
  for (const step of order) step.depth = depths.get(step.id) ?? 0
  return { document, targets, steps, skipped }
}

/** All that can be said of a document before it runs; a problem is part of the answer, never thrown. */
export interface Survey {
  graph: Graph
  targets: string[]
  /** Of every node that could be computed, also of those that no target needs; in topological order. */
  steps: Map<string, Step>
  /** Results that are there, also of nodes that the next run will not look at. */
  found: Map<string, CacheEntry>
}

/** What a run of all end nodes would do, and what is known of everything beside. */
export function survey(input: Omit<PlanInput, 'targets'>): Survey {
  const { document, registry } = input
  const graph = buildGraph(document, registry, (id) => input.assets.find(id)?.facts)
  const networks = findNetworks(document, graph, input.network)
  const runnable = runnableNodes(graph)
  const steps = makeSteps(graph, runnable, networks)
  const order = [...steps.values()]
  const found = new Map<string, CacheEntry>()
  for (const step of order) {
    const entry = input.find(step.key)
    if (entry) found.set(step.key, entry)
  }
  const read = new Set(document.edges.map((edge) => edge.from[0]))
  const targets = graph.problems.some(stopsAll) ? [] : [...runnable].filter((id) => !read.has(id))
  const known = { ...input, targets, find: (key: string) => found.get(key) }
  for (const target of targets) markTarget(steps.get(target)!)
  const isTarget = new Set(targets)
  for (let i = order.length - 1; i >= 0; i--) visit(order[i], steps, known, isTarget)
  return { graph, targets, steps, found }
}

/** Nodes without a problem, and without one in anything they need. */
function runnableNodes(graph: Graph): Set<string> {
  const blocked = new Set(graph.problems.map(({ nodeId }) => nodeId))
  const runnable = new Set<string>()
  for (const id of graph.order) {
    const node = graph.nodes.get(id)
    if (!node || blocked.has(id)) continue
    if (computedInputs(node).every((name) => runnable.has(node.inputs[name].node))) runnable.add(id)
  }
  return runnable
}

/** A problem of the graph as a whole: no target can run before it is mended. */
const stopsAll = (problem: Problem) => problem.code === 'graph/cycle' || problem.nodeId === undefined

const asError = (problem: Problem) =>
  new StudioError(problem.code, problem.message, { hint: problem.hint, nodeId: problem.nodeId })

function chooseTargets(
  { document, targets }: PlanInput,
  graph: Graph,
): { targets: string[]; skipped: Problem[] } {
  if (targets.length > 0) {
    for (const target of targets) {
      if (!Object.hasOwn(document.nodes, target)) {
        throw new StudioError('graph/unknown-target', `There is no node "${target}" in the workflow.`, {
          hint: `It has ${Object.keys(document.nodes).slice(0, 12).join(', ')}.`,
        })
      }
      const problem = firstProblem(document, graph, target)
      if (problem) throw asError(problem)
    }
    return { targets: [...targets], skipped: [] }
  }
  const read = new Set(document.edges.map((edge) => edge.from[0]))
  const sinks = Object.keys(document.nodes).filter((id) => !read.has(id) && document.nodes[id].mode === 'on')
  const skipped: Problem[] = []
  const runnable = sinks.filter((id) => {
    const problem = firstProblem(document, graph, id)
    if (problem) skipped.push(problem)
    return !problem
  })
  if (runnable.length > 0) return { targets: runnable, skipped }
  if (skipped.length > 0) throw asError(skipped[0])
  throw new StudioError('graph/empty', 'There is nothing to run in this workflow.', { hint: 'Add a node.' })
}

/** The first problem of a node or of anything it needs. */
function firstProblem(document: WorkflowDocument, graph: Graph, target: string): Problem | undefined {
  const seen = new Set<string>()
  const queue = [target]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const problem = graph.problems.find((p) => p.nodeId === at)
    if (problem) return problem
    const node = graph.nodes.get(at)
    if (!node) {
      const { mode } = document.nodes[at]
      return {
        code: 'graph/switched-off',
        message: `${nodeLabel(document, at)} is switched off (${mode}).`,
        hint: 'Switch it on, or choose another target.',
        nodeId: at,
      }
    }
    for (const name of computedInputs(node)) queue.push(node.inputs[name].node)
  }
  return undefined
}

function neededFrom(graph: Graph, targets: readonly string[]): Set<string> {
  const needed = new Set<string>()
  const queue = [...targets]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (needed.has(at)) continue
    needed.add(at)
    const node = graph.nodes.get(at)!
    for (const name of computedInputs(node)) queue.push(node.inputs[name].node)
  }
  return needed
}

/** Connected inputs without those that only an editor shows. */
const computedInputs = (node: GraphNode): string[] =>
  Object.keys(node.inputs).filter((name) => !node.definition.inputs[name].shownOnly)

/** Steps with their Merkle keys, in topological order; a preparation comes before its node. */
function makeSteps(graph: Graph, needed: ReadonlySet<string>, networks: NetworksOfNodes): Map<string, Step> {
  const steps = new Map<string, Step>()
  for (const id of graph.order) {
    if (!needed.has(id)) continue
    const node = graph.nodes.get(id)!
    if (node.definition.prepare) steps.set(`${id}${PREPARED}`, prepareStep(node, steps, networks.get(id)))
    const step = makeStep(id, 'node', node, node.params, node.definition.version, computedInputs(node), steps)
    steps.set(id, withNetworks(step, networks.get(id)))
  }
  return steps
}

function prepareStep(
  node: GraphNode,
  steps: Map<string, Step>,
  networks: Record<string, NetworkFiles> = {},
): Step {
  const { prepare } = node.definition
  const params = Object.fromEntries(prepare!.params.map((name: string) => [name, node.params[name]]))
  const inputs = prepare!.inputs.filter((name: string) => node.inputs[name])
  const step = makeStep(`${node.id}${PREPARED}`, 'prepare', node, params, prepare!.version, inputs, steps)
  const read = Object.entries(networks).filter(([role]) => prepare!.roles?.includes(role as Role))
  return read.length > 0 ? withNetworks(step, Object.fromEntries(read)) : step
}

function makeStep(
  id: string,
  kind: Step['kind'],
  node: GraphNode,
  params: Record<string, unknown>,
  version: number,
  inputNames: string[],
  steps: Map<string, Step>,
): Step {
  const inputs = Object.fromEntries(
    inputNames.map((name) => [name, { step: node.inputs[name].node, output: node.inputs[name].output }]),
  )
  const type = kind === 'prepare' ? `${node.definition.id}${PREPARED}` : node.definition.id
  const counting = (kind === 'node' && node.definition.countingParams?.(params)) || params
  const hashedInputs = Object.fromEntries(
    Object.entries(inputs).map(([k, source]) => [k, identityOf(steps.get(source.step)!, source.output)]),
  )
  const prepare = kind === 'node' ? node.definition.prepare?.version : undefined
  const parts = withKey({
    ...{ type, version, params: hashedParams(counting), inputs: hashedInputs },
    ...(prepare !== undefined && { prepare }),
  })
  return {
    id,
    node: node.id,
    kind,
    definition: node.definition,
    params: kind === 'prepare' ? node.params : params,
    inputs,
    parts,
    key: parts.key,
    networks: {},
    handsOn: node.definition.asks && Object.values(hashedInputs)[0],
    wanted: new Set(),
    state: 'not-needed',
    why: 'nothing that runs reads it',
    depth: 0,
  }
}

/** Identity of an output. */
const identityOf = ({ key, handsOn }: Step, output: string): string => handsOn ?? `${key}.${output}`

function withNetworks(step: Step, networks: Record<string, NetworkFiles> | undefined): Step {
  if (!networks) return step
  const ids = Object.fromEntries(Object.entries(networks).map(([role, { id }]) => [role, id]))
  const parts = withKey({ ...step.parts, networks: ids })
  return { ...step, networks, key: parts.key, parts }
}

function distances(steps: Map<string, Step>, targets: readonly string[]): Map<string, number> {
  const depths = new Map<string, number>(targets.map((id) => [id, 0]))
  for (const step of [...steps.values()].reverse()) {
    const depth = depths.get(step.id) ?? depths.get(step.node) ?? 0
    for (const { step: source } of Object.values(step.inputs)) {
      depths.set(source, Math.min(depths.get(source) ?? Number.POSITIVE_INFINITY, depth + 1))
    }
    if (step.kind === 'prepare') depths.set(step.id, depth)
  }
  return depths
}

/** A target is wanted with all outputs, except those that a definition computes only for a reader. */
function markTarget(step: Step): void {
  for (const [name, socket] of Object.entries<{ optional: boolean }>(step.definition.outputs)) {
    if (!socket.optional) step.wanted.add(name)
  }
}

/** Called from the targets backwards: by then every reader of `step` has said what it wants. */
function visit(step: Step, steps: Map<string, Step>, input: PlanInput, targets: ReadonlySet<string>): void {
  if (step.wanted.size === 0 && !targets.has(step.id)) return
  const entry = input.find(step.key)
  step.entry = entry
  if (entry && [...step.wanted].every((name) => name in entry.outputs)) {
    step.state = 'cached'
    step.why = 'cached'
    return
  }
  step.state = 'run'
  step.why = explain(step, steps, input, entry !== undefined)
  for (const source of Object.values(step.inputs)) steps.get(source.step)!.wanted.add(source.output)
  if (step.kind === 'node') steps.get(`${step.id}${PREPARED}`)?.wanted.add('prepared')
}

function explain(
  step: Step,
  steps: Map<string, Step>,
  { history, document, fresh }: PlanInput,
  partly: boolean,
): string {
  const before = history[step.id]
  if (step.handsOn !== undefined && !step.definition.asks!(step.params)) return 'it asks nobody'
  if (partly) return `output ${[...step.wanted].join(', ')} is read for the first time`
  if (!before || before.type !== step.parts.type) return 'first time'
  if (before.version !== step.parts.version || before.prepare !== step.parts.prepare)
    return `${step.definition.id} is newer than the cached result`
  const networks = changes(before.networks ?? {}, step.parts.networks ?? {})
  if (networks.length > 0) return `the weights of ${networks.join(', ')} changed`
  const params = changes(before.params, step.parts.params)
  if (params.length > 0) return `param ${params.join(', ')} changed`
  const inputs = changes(before.inputs, step.parts.inputs)
  if (inputs.length > 0) {
    const causes = inputs.map((name) => {
      const source = step.inputs[name]
      return source ? `${name} (from ${nodeLabel(document, steps.get(source.step)!.node)})` : name
    })
    return `input ${causes.join(', ')} changed`
  }
  return fresh ? 'asked to run again' : 'the cached result was removed'
}

function changes(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((k) => before[k] !== after[k])
    .sort()
}
