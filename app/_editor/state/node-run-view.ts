import type { ErrorJson } from '../../../nodes/core/errors'
import { isOver, type RunNodeState } from '../../../nodes/core/run-snapshot'
import type { Facts } from '../../../nodes/core/sockets'
import type { TableValue } from '../../../nodes/core/values'
import type { Analysis, RunNode, RunSnapshot } from '../../../server/realtime/protocol'
import type { ValueRef } from '../../../server/storage/value-ref'
import type { Outlook } from './run-outlook'

export type NodeRunState = 'idle' | RunNodeState

/** What is known of one node: what the next run would do with it, what the last one did, and what it has made. */
export interface NodeRunView {
  state: NodeRunState
  /** Why it will run, ran, or need not: `first time`, `param padding changed`. */
  why: string
  willRun: boolean
  fraction: number
  text?: string
  startedAt?: number
  remainingSeconds?: number
  /** It took. */
  seconds?: number
  estimateSeconds?: number
  memoryBytes?: number
  error?: ErrorJson
  /** Keeps it from running; known before anything runs. */
  problem?: ErrorJson
  warnings: readonly string[]
  /** Params that were changed while it ran; `isTaken`: they act by now. */
  tuned?: RunNode['tuned']
  /** Its last result is that of these params: they were changed on the way. */
  settled?: RunNode['settled']
  values: Readonly<Record<string, ValueRef>>
  /** What it cost to make what it measures: further rows of its table. */
  costs: TableValue['rows']
  /** Facts of its outputs, known before running. */
  facts: Readonly<Record<string, Facts>>
  /** The values are of an earlier state of the workflow. */
  stale: boolean
  preview?: { url: string; frame?: number; at: number }
}

const NO_WARNINGS: readonly string[] = []
const NO_VALUES = {}
const NO_FACTS = {}
const NO_COSTS: TableValue['rows'] = []
/** A node of which nothing is known. */
export const IDLE: NodeRunView = {
  state: 'idle',
  why: '',
  willRun: false,
  fraction: 0,
  warnings: NO_WARNINGS,
  values: NO_VALUES,
  costs: NO_COSTS,
  facts: NO_FACTS,
  stale: false,
}

export interface KnownOfRuns {
  analysis: Analysis | undefined
  outlook: Outlook
  snapshot: RunSnapshot | undefined
  /** Revision of the analysis when the run ended. */
  analysisAtEnd: number
  /** Values a node had last, shown as stale when the workflow has moved on. */
  lastValues: ReadonlyMap<string, Readonly<Record<string, ValueRef>>>
  /** Picture of the node at work. */
  preview: NodeRunView['preview']
}

/** How a node stands: from what is known before a run, and from what the current run, or the last one, did with it. */
export function viewOf(
  node: string,
  { analysis, outlook, snapshot, analysisAtEnd, lastValues, preview }: KnownOfRuns,
): NodeRunView {
  const step = outlook.steps.get(node)
  const ran = snapshot?.nodes[node]
  const active = snapshot !== undefined && !isOver(snapshot.summary.state)
  const willRun = step?.state === 'run'
  const base: NodeRunView = {
    ...IDLE,
    willRun,
    why: step?.why ?? '',
    estimateSeconds: outlook.estimates.get(node),
    problem: outlook.problems.get(node),
    facts: analysis?.facts[node] ?? NO_FACTS,
    costs: analysis?.costs[node] ?? NO_COSTS,
    values: analysis?.values[node] ?? lastValues.get(node) ?? NO_VALUES,
  }
  // While it waits, perhaps for days, the others show how they stand: what was edited meanwhile will run.
  const isAside = snapshot?.summary.state === 'waiting' && ran?.state !== 'asking'
  if (active && ran && !isAside) return working(base, ran, preview)
  // What nobody has to read again is as good as cached: everything after it is up to date.
  if (step?.state === 'cached' || (step?.state === 'not-needed' && base.values !== NO_VALUES)) {
    const done = ran?.state === 'done'
    return {
      ...base,
      state: done ? 'done' : 'cached',
      why: done ? ran.why : step.why,
      seconds: done ? ran.seconds : undefined,
      memoryBytes: done ? ran.memoryBytes : undefined,
      warnings: ran?.warnings ?? NO_WARNINGS,
    }
  }
  // What failed stays failed until it would compute something else.
  const isSame = ran?.key !== undefined && ran.key === step?.key
  if (ran?.state === 'failed' && (isSame || (analysis?.revision ?? 0) <= analysisAtEnd)) {
    return { ...base, state: 'failed', why: ran.why, error: ran.error, fraction: ran.fraction, stale: true }
  }
  // The studio has not yet looked again after the run.
  if (ran?.state === 'done' && (analysis?.revision ?? 0) <= analysisAtEnd) return working(base, ran, preview)
  const stale = base.values !== NO_VALUES && (willRun || base.problem !== undefined)
  // What it shows came from settings that nobody sees in the workflow: it says so.
  if (ran?.state === 'done' && ran.settled)
    return { ...base, stale, warnings: ran.warnings, settled: ran.settled }
  return { ...base, stale }
}

/** While its run goes on. */
function working(base: NodeRunView, ran: RunNode, preview: NodeRunView['preview']): NodeRunView {
  const hasOutputs = Object.keys(ran.outputs).length > 0
  return {
    ...base,
    state: ran.state,
    why: ran.why || base.why,
    willRun: ran.state === 'waiting',
    fraction: ran.fraction,
    text: ran.text,
    startedAt: ran.startedAt,
    remainingSeconds: ran.remainingSeconds,
    seconds: ran.seconds,
    memoryBytes: ran.memoryBytes,
    error: ran.error,
    warnings: ran.warnings,
    tuned: ran.tuned,
    settled: ran.settled,
    values: hasOutputs ? ran.outputs : base.values,
    stale: !hasOutputs && base.values !== NO_VALUES && ran.state !== 'cached',
    preview: ran.state === 'running' ? preview : undefined,
  }
}

/** Values and facts come in new objects with every analysis; equal ones keep their identity. */
export function sharing(before: NodeRunView | undefined, view: NodeRunView): NodeRunView {
  if (!before) return view
  for (const key of [
    'values',
    'costs',
    'facts',
    'problem',
    'error',
    'warnings',
    'tuned',
    'settled',
  ] as const) {
    if (before[key] !== view[key] && JSON.stringify(before[key]) === JSON.stringify(view[key])) {
      Object.assign(view, { [key]: before[key] })
    }
  }
  return view
}

export function sameView(a: NodeRunView | undefined, b: NodeRunView): boolean {
  if (!a) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof NodeRunView>
  return [...keys].every((key) => a[key] === b[key])
}
