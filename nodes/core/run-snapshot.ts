/**
 * What the events of a run amount to. The studio and its clients fold the same events with the same function, so that
 * a snapshot and a replay cannot disagree.
 */
import type { ErrorJson } from './errors'
import type { DeliveredFile, PlannedStep, RunEvent } from './run-events'
import type { ValueRef } from './value-ref'
import type { TableValue } from './values'

/** `waiting`: for a person, in a review; it computes nothing and is not in the queue. */
export type RunState = 'queued' | 'running' | 'waiting' | 'paused' | 'finished' | 'failed' | 'cancelled'

export const isOver = (state: RunState): boolean =>
  state === 'finished' || state === 'failed' || state === 'cancelled'

export interface RunSummary {
  id: string
  /** Counts up over all runs of the studio: "run 41". */
  number: number
  workflow: string
  workflowName: string
  state: RunState
  /** Place in the queue, from 1; only while queued, and only in lists. */
  position?: number
  targets: string[]
  /** Everything is computed anew. */
  fresh?: boolean
  createdAt: number
  startedAt?: number
  endedAt?: number
  /** Time it ran, without pauses; known when it is over. */
  seconds?: number
  fraction: number
  /** What it takes in all, by earlier runs of the same node types. */
  estimateSeconds?: number
  remainingSeconds?: number
  /** Nodes that ran, and nodes whose results were reused. */
  ran: number
  reused: number
  /** Nodes that a person is asked about, now. */
  asking?: string[]
  /** How often nodes warned. */
  warnings: number
  error?: ErrorJson
  files: DeliveredFile[]
  /** Nodes that measured something. */
  figures?: { node: string; title: string }[]
  /** Artifact of a JPEG that shows the result; `posters` are its start, middle and end. */
  poster?: string
  posters: string[]
  /** Length of the result, when it has one. */
  durationSeconds?: number
  /** What made its pictures: “Warp”. */
  madeBy?: string
}

/** `waiting`: for its turn; `asking`: for a person, with the value in its outputs. */
export type RunNodeState = 'waiting' | 'running' | 'asking' | 'done' | 'cached' | 'failed' | 'not-needed'

/** The state of one node in a run. */
export interface RunNode {
  node: string
  state: RunNodeState
  why: string
  /** As it was planned; a later plan with another one would compute something else. */
  key?: string
  fraction: number
  text?: string
  startedAt?: number
  seconds?: number
  estimateSeconds?: number
  remainingSeconds?: number
  /** Of the worker, while the node ran. */
  memoryBytes?: number
  /** Where it ran: that of its networks, else `cpu`. */
  device?: string
  warnings: string[]
  error?: ErrorJson
  outputs: Record<string, ValueRef>
  /** What a person is or was asked about: approving it is remembered under this key. */
  asked?: { key: string; isApproved: boolean }
  /** Params that were changed while it ran, as they are now. `isTaken`: they act; before, they wait for its next step. */
  tuned?: { params: Record<string, unknown>; isTaken: boolean }
  /**
   * Its result is of other params than it began with: `as` in place of its own give it again when nobody changes anything
   * on the way; `tuned` is what was changed last.
   */
  settled?: { as: Record<string, unknown>; tuned?: Record<string, unknown> }
  /** Only when the node has a preparation of its own to run: how far each step is, and its share. */
  steps?: Record<string, { fraction: number; share: number }>
}

/** All that the events up to `seq` amount to. */
export interface RunSnapshot {
  summary: RunSummary
  seq: number
  /** Without nodes that the run does not reach. */
  nodes: Record<string, RunNode>
  tables: Record<string, TableValue>
}

/** @throws Error when the first event is not the one that runs start with */
export function startSnapshot(event: RunEvent): RunSnapshot {
  if (event.type !== 'run.queued') throw new Error(`a run starts with run.queued, not with ${event.type}`)
  const { run, seq, at, number, workflow, name, targets, fresh, estimateSeconds } = event
  return {
    summary: {
      id: run,
      number,
      workflow,
      workflowName: name,
      state: 'queued',
      targets,
      fresh,
      createdAt: at,
      fraction: 0,
      estimateSeconds,
      remainingSeconds: estimateSeconds,
      ran: 0,
      reused: 0,
      warnings: 0,
      files: [],
      posters: [],
    },
    seq,
    nodes: {},
    tables: {},
  }
}

export function foldEvents(events: readonly RunEvent[], from?: RunSnapshot): RunSnapshot {
  const [first, ...rest] = events
  const snapshot = from ?? startSnapshot(first)
  for (const event of from ? events : rest) applyEvent(snapshot, event)
  return snapshot
}

/**
 * Brings a snapshot one event further. The snapshot and its table of nodes are changed; a node and the summary are
 * replaced, so that whoever shows one of them sees by its identity whether it has changed.
 */
export function applyEvent(snapshot: RunSnapshot, event: RunEvent): void {
  snapshot.seq = event.seq
  switch (event.type) {
    case 'run.queued':
      return
    case 'run.resumed':
      return say(snapshot, { state: 'queued' })
    case 'run.edited':
      forgetTuned(snapshot)
      return say(snapshot, { targets: event.targets })
    case 'run.waiting':
      stopNodes(snapshot, ['running'])
      return say(snapshot, { state: 'waiting', remainingSeconds: undefined })
    case 'run.paused':
      stopNodes(snapshot)
      return say(snapshot, { state: 'paused', remainingSeconds: undefined })
    case 'run.planned':
      return plan(snapshot, event)
    case 'run.progressed':
      return say(snapshot, { fraction: event.fraction, remainingSeconds: event.remainingSeconds })
    case 'run.finished': {
      const { files, tables, figures, seconds, posters = [], durationSeconds, madeBy } = event
      snapshot.tables = tables
      const poster = posters[posters.length >> 1]
      return end(snapshot, event, {
        state: 'finished',
        fraction: 1,
        files,
        figures,
        seconds,
        posters,
        poster,
        durationSeconds,
        madeBy,
      })
    }
    case 'run.failed':
      return end(snapshot, event, { state: 'failed', error: event.error, seconds: event.seconds })
    case 'run.cancelled':
      return end(snapshot, event, { state: 'cancelled', seconds: event.seconds })
    default:
      return applyJob(snapshot, event)
  }
}

/** Kept of one node; a node that warns of every frame says nothing new after these. */
const MOST_WARNINGS = 50

type JobEvent = Extract<RunEvent, { step: string }>

function applyJob(snapshot: RunSnapshot, event: JobEvent): void {
  const node = snapshot.nodes[event.node]
  if (!node) return
  const isPreparation = event.step !== event.node
  const change = (changes: Partial<RunNode>) => {
    snapshot.nodes[event.node] = { ...node, ...changes }
  }
  switch (event.type) {
    case 'job.started':
      return change({ state: 'running', startedAt: node.startedAt ?? event.at })
    case 'job.progressed': {
      const { text, remainingSeconds, memoryBytes } = event
      return change({
        ...progress(node, event.step, event.fraction),
        text,
        remainingSeconds,
        memoryBytes: most(node.memoryBytes, memoryBytes),
      })
    }
    case 'job.warned':
      say(snapshot, { warnings: snapshot.summary.warnings + 1 })
      if (node.warnings.length >= MOST_WARNINGS) return
      return change({ warnings: [...node.warnings, event.message] })
    case 'job.tuned': {
      const { params, isTaken } = event
      return change({ tuned: { params, isTaken } })
    }
    case 'job.settled':
      return change({ settled: { as: event.as, tuned: node.tuned?.isTaken ? node.tuned.params : undefined } })
    case 'job.retried':
      return change({ text: 'The worker ended; trying again', remainingSeconds: undefined })
    case 'job.failed':
      return change({ state: 'failed', error: event.error, remainingSeconds: undefined, text: undefined })
    case 'job.cached':
      if (isPreparation || node.state === 'done') return
      if (node.state !== 'cached') return
      say(snapshot, {
        reused: snapshot.summary.reused + 1,
        warnings: snapshot.summary.warnings + event.warnings.length,
      })
      return change({ outputs: event.outputs, warnings: event.warnings })
    case 'job.asked': {
      const { outputs, key } = event
      change({ state: 'asking', outputs, asked: { key, isApproved: false } })
      return say(snapshot, { asking: asking(snapshot) })
    }
    case 'job.approved':
      change({ state: 'done', fraction: 1, asked: node.asked && { ...node.asked, isApproved: true } })
      return say(snapshot, { ran: snapshot.summary.ran + 1, asking: asking(snapshot) })
    case 'job.finished': {
      const measured = {
        ...progress(node, event.step, 1),
        seconds: (node.seconds ?? 0) + event.seconds,
        memoryBytes: most(node.memoryBytes, event.memoryBytes),
        device: event.device ?? node.device,
        remainingSeconds: undefined,
        text: undefined,
      }
      if (isPreparation) return change(measured)
      change({
        ...measured,
        state: 'done',
        fraction: 1,
        tuned: undefined,
        outputs: { ...node.outputs, ...event.outputs },
      })
      return say(snapshot, {
        ran: snapshot.summary.ran + 1,
        ...(node.state === 'asking' ? { asking: asking(snapshot) } : {}),
      })
    }
  }
}

function asking({ nodes }: RunSnapshot): string[] | undefined {
  const asked = Object.values(nodes).flatMap(({ node, state }) => (state === 'asking' ? [node] : []))
  return asked.length > 0 ? asked : undefined
}

const most = (a: number | undefined, b: number) => Math.max(a ?? 0, b)

function progress(node: RunNode, step: string, fraction: number): Partial<RunNode> {
  if (!node.steps) return { fraction: Math.max(node.fraction, fraction) }
  const steps = { ...node.steps, [step]: { ...node.steps[step], fraction } }
  let done = 0
  for (const each of Object.values(steps)) done += each.fraction * each.share
  return { steps, fraction: Math.max(node.fraction, done) }
}

function say(snapshot: RunSnapshot, changes: Partial<RunSummary>): void {
  snapshot.summary = { ...snapshot.summary, ...changes }
}

function end(snapshot: RunSnapshot, event: RunEvent, changes: Partial<RunSummary>): void {
  stopNodes(snapshot)
  say(snapshot, { ...changes, endedAt: event.at, remainingSeconds: undefined })
}

/** Nodes that were at work, or asked somebody, no longer do. */
function stopNodes(snapshot: RunSnapshot, states: RunNodeState[] = ['running', 'asking']): void {
  for (const [id, node] of Object.entries(snapshot.nodes)) {
    if (!states.includes(node.state)) continue
    snapshot.nodes[id] = { ...node, state: 'waiting', remainingSeconds: undefined, text: undefined }
  }
  say(snapshot, { asking: asking(snapshot) })
}

/** Another document says what is wanted, live params included. */
function forgetTuned({ nodes }: RunSnapshot): void {
  for (const [id, node] of Object.entries(nodes)) if (node.tuned) nodes[id] = { ...node, tuned: undefined }
}

/** A run plans again after a pause, a restart of the studio or a damaged result; what it has done stays done. */
function plan(snapshot: RunSnapshot, event: Extract<RunEvent, { type: 'run.planned' }>): void {
  const before = snapshot.nodes
  snapshot.nodes = {}
  for (const [node, steps] of byNode(event.steps)) {
    const known = before[node]
    const planned = plannedNode(node, steps)
    const isStillDone = known?.state === 'done' && planned.state !== 'waiting'
    const isStillAsking = known?.state === 'asking' && planned.state === 'waiting'
    snapshot.nodes[node] = isStillDone || isStillAsking ? known : planned
  }
  const done = Object.values(snapshot.nodes).filter(({ state }) => state === 'done')
  const estimate = sum(event.steps.map((step) => (step.state === 'run' ? step.estimateSeconds : undefined)))
  const { summary } = snapshot
  say(snapshot, {
    state: 'running',
    startedAt: summary.startedAt ?? event.at,
    targets: event.targets,
    ran: done.length,
    reused: 0, // each says so again
    asking: asking(snapshot),
    warnings: done.reduce((count, { warnings }) => count + warnings.length, 0),
    estimateSeconds: summary.startedAt === undefined ? estimate : summary.estimateSeconds,
    remainingSeconds: estimate,
    fraction: 0,
  })
}

function byNode(steps: readonly PlannedStep[]): Map<string, PlannedStep[]> {
  const nodes = new Map<string, PlannedStep[]>()
  for (const step of steps) {
    const list = nodes.get(step.node)
    if (list) list.push(step)
    else nodes.set(step.node, [step])
  }
  return nodes
}

const NODE_STATES = { run: 'waiting', cached: 'cached', 'not-needed': 'not-needed' } as const

function plannedNode(node: string, steps: readonly PlannedStep[]): RunNode {
  const own = steps.find(({ step }) => step === node) ?? steps[0]
  const running = steps.filter(({ state }) => state === 'run')
  const weights = running.map(({ estimateSeconds }) => Math.max(0.02, estimateSeconds ?? 1))
  const total = weights.reduce((all, weight) => all + weight, 0)
  const shares = running.map(({ step }, i) => [step, { fraction: 0, share: weights[i] / total }] as const)
  return {
    node,
    state: NODE_STATES[own.state],
    why: own.why,
    key: own.key,
    fraction: own.state === 'cached' ? 1 : 0,
    estimateSeconds: sum(running.map(({ estimateSeconds }) => estimateSeconds)),
    warnings: [],
    outputs: {},
    ...(running.length > 1 ? { steps: Object.fromEntries(shares) } : {}),
  }
}

/** Of those that are known; nothing when none is. */
function sum(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length > 0 ? known.reduce((all, value) => all + value, 0) : undefined
}
