'use client'
import { createStore, type StoreApi, useStore } from 'zustand'
import type { ErrorJson } from '../../../nodes/core/errors'
import { isOver, type RunNodeState } from '../../../nodes/core/run-snapshot'
import type { Facts } from '../../../nodes/core/sockets'
import type { TableValue } from '../../../nodes/core/values'
import type { Analysis, RunNode, RunSnapshot, RunSummary } from '../../../server/realtime/protocol'
import type { ValueRef } from '../../../server/storage/value-ref'
import { useEditor } from './editor-context'

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

export interface RunStoreState {
  views: Readonly<Record<string, NodeRunView>>
  analysis?: Analysis
  /** The run of this workflow that is going on, or the last one. */
  run?: RunSummary
}

const NO_WARNINGS: readonly string[] = []
const NO_VALUES = {}
const NO_FACTS = {}
const NO_COSTS: TableValue['rows'] = []
const IDLE: NodeRunView = {
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

export const isActive = (run: RunSummary | undefined): boolean => run !== undefined && !isOver(run.state)

/**
 * Merges what is known before a run (the analysis), the events of the current run and its previews into one view per
 * node. A view whose content did not change keeps its identity: a progress event re-renders its own card only.
 */
export class RunViews {
  readonly store: StoreApi<RunStoreState> = createStore<RunStoreState>(() => ({ views: {} }))
  private snapshot: RunSnapshot | undefined
  /** Values a node had last, shown as stale when the workflow has moved on. */
  private readonly lastValues = new Map<string, Readonly<Record<string, ValueRef>>>()
  private readonly previews = new Map<string, NonNullable<NodeRunView['preview']>>()
  private analysisAtEnd = 0

  /** @param revoke frees the URL of a picture that is no longer shown */
  constructor(private readonly revoke: (url: string) => void = URL.revokeObjectURL) {}

  setAnalysis(analysis: Analysis): void {
    for (const [node, values] of Object.entries(analysis.values)) this.lastValues.set(node, values)
    this.store.setState({ analysis })
    this.refresh()
  }

  /** A run begins, or was joined late. */
  setSnapshot(snapshot: RunSnapshot | undefined): void {
    if (snapshot?.summary.id !== this.snapshot?.summary.id)
      for (const node of [...this.previews.keys()]) this.dropPreview(node)
    this.snapshot = snapshot
    this.rememberValues()
    this.refresh()
  }

  /** The snapshot was brought further by an event about one node, or about the run as a whole. */
  applied(node?: string): void {
    const { snapshot } = this
    if (!snapshot) return
    if (node === undefined) {
      if (isOver(snapshot.summary.state) || snapshot.summary.state === 'waiting')
        this.analysisAtEnd = this.store.getState().analysis?.revision ?? 0
      this.rememberValues()
      this.refresh()
      return
    }
    const known = snapshot.nodes[node]
    if (known && Object.keys(known.outputs).length > 0) this.lastValues.set(node, known.outputs)
    if (known?.state === 'done' || known?.state === 'failed') this.dropPreview(node)
    const { views, run } = this.store.getState()
    const view = sharing(views[node], this.view(node))
    const next: Partial<RunStoreState> = {}
    if (!sameView(views[node], view)) next.views = { ...views, [node]: view }
    if (run !== snapshot.summary) next.run = snapshot.summary
    if (next.views || next.run) this.store.setState(next)
  }

  /** Only how far the run as a whole is. */
  progressed(): void {
    if (this.snapshot) this.store.setState({ run: this.snapshot.summary })
  }

  /** A picture of a node at work; the one before is no longer shown. */
  setPreview(node: string, preview: NonNullable<NodeRunView['preview']>): void {
    const before = this.previews.get(node)
    this.previews.set(node, preview)
    const { views } = this.store.getState()
    this.store.setState({ views: { ...views, [node]: this.view(node) } })
    // The card still shows the old one until React has painted.
    if (before) setTimeout(() => this.revoke(before.url), 1_000)
  }

  close(): void {
    for (const { url } of this.previews.values()) this.revoke(url)
    this.previews.clear()
  }

  private dropPreview(node: string): void {
    const preview = this.previews.get(node)
    this.previews.delete(node)
    if (preview) setTimeout(() => this.revoke(preview.url), 1_000)
  }

  private rememberValues(): void {
    for (const [node, { outputs }] of Object.entries(this.snapshot?.nodes ?? {})) {
      if (Object.keys(outputs).length > 0) this.lastValues.set(node, outputs)
    }
  }

  private refresh(): void {
    const { views: before, analysis } = this.store.getState()
    const ids = new Set([
      ...Object.keys(before),
      ...Object.keys(analysis?.facts ?? {}),
      ...Object.keys(analysis?.values ?? {}),
      ...(analysis?.steps ?? []).map(({ node }) => node),
      ...(analysis?.problems ?? []).flatMap(({ nodeId }) => nodeId ?? []),
      ...Object.keys(this.snapshot?.nodes ?? {}),
    ])
    this.index(analysis)
    const views: Record<string, NodeRunView> = {}
    let changed = false
    for (const id of ids) {
      const view = sharing(before[id], this.view(id))
      views[id] = sameView(before[id], view) ? before[id] : view
      changed ||= views[id] !== before[id]
    }
    this.store.setState({ ...(changed ? { views } : {}), run: this.snapshot?.summary })
  }

  private steps = new Map<string, Analysis['steps'][number]>()
  private estimates = new Map<string, number>()
  private problems = new Map<string, ErrorJson>()

  private index(analysis: Analysis | undefined): void {
    this.steps.clear()
    this.estimates.clear()
    this.problems.clear()
    for (const step of analysis?.steps ?? []) {
      if (step.step === step.node || !this.steps.has(step.node)) this.steps.set(step.node, step)
      if (step.state === 'run' && step.estimateSeconds !== undefined) {
        this.estimates.set(step.node, (this.estimates.get(step.node) ?? 0) + step.estimateSeconds)
      }
    }
    for (const problem of analysis?.problems ?? []) {
      if (problem.nodeId && !this.problems.has(problem.nodeId)) this.problems.set(problem.nodeId, problem)
    }
  }

  private view(node: string): NodeRunView {
    const { analysis } = this.store.getState()
    const step = this.steps.get(node)
    const { snapshot } = this
    const ran = snapshot?.nodes[node]
    const active = isActive(snapshot?.summary)
    const willRun = step?.state === 'run'
    const base: NodeRunView = {
      ...IDLE,
      willRun,
      why: step?.why ?? '',
      estimateSeconds: this.estimates.get(node),
      problem: this.problems.get(node),
      facts: analysis?.facts[node] ?? NO_FACTS,
      costs: analysis?.costs[node] ?? NO_COSTS,
      values: analysis?.values[node] ?? this.lastValues.get(node) ?? NO_VALUES,
    }
    // While it waits, perhaps for days, the others show how they stand: what was edited meanwhile will run.
    const isAside = snapshot?.summary.state === 'waiting' && ran?.state !== 'asking'
    if (active && ran && !isAside) return this.working(base, ran)
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
    if (ran?.state === 'failed' && (isSame || (analysis?.revision ?? 0) <= this.analysisAtEnd)) {
      return { ...base, state: 'failed', why: ran.why, error: ran.error, fraction: ran.fraction, stale: true }
    }
    // The studio has not yet looked again after the run.
    if (ran?.state === 'done' && (analysis?.revision ?? 0) <= this.analysisAtEnd)
      return this.working(base, ran)
    const stale = base.values !== NO_VALUES && (willRun || base.problem !== undefined)
    // What it shows came from settings that nobody sees in the workflow: it says so.
    if (ran?.state === 'done' && ran.settled)
      return { ...base, stale, warnings: ran.warnings, settled: ran.settled }
    return { ...base, stale }
  }

  private working(base: NodeRunView, ran: RunNode): NodeRunView {
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
      preview: ran.state === 'running' ? this.previews.get(ran.node) : undefined,
    }
  }
}

/** Values and facts come in new objects with every analysis; equal ones keep their identity. */
function sharing(before: NodeRunView | undefined, view: NodeRunView): NodeRunView {
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

function sameView(a: NodeRunView | undefined, b: NodeRunView): boolean {
  if (!a) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof NodeRunView>
  return [...keys].every((key) => a[key] === b[key])
}

/** The current run as one node sees it. Re-renders only for this node. */
export function useNodeRun(nodeId: string): NodeRunView {
  return useStore(useEditor().runs.store, ({ views }) => views[nodeId] ?? IDLE)
}

export function useRuns<T>(selector: (state: RunStoreState) => T): T {
  return useStore(useEditor().runs.store, selector)
}
