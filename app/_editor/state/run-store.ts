'use client'
import { createStore, type StoreApi, useStore } from 'zustand'
import { isOver } from '../../../nodes/core/run-snapshot'
import type { Analysis, RunSnapshot, RunSummary } from '../../../server/realtime/protocol'
import type { ValueRef } from '../../../server/storage/value-ref'
import { useEditor } from './editor-context'
import { IDLE, type NodeRunView, sameView, sharing, viewOf } from './node-run-view'
import { outlookOf } from './run-outlook'

export interface RunStoreState {
  views: Readonly<Record<string, NodeRunView>>
  analysis?: Analysis
  /** The run of this workflow that is going on, or the last one. */
  run?: RunSummary
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
  private outlook = outlookOf(undefined)

  /** @param revoke frees the URL of a picture that is no longer shown */
  constructor(private readonly revoke: (url: string) => void = URL.revokeObjectURL) {}

  setAnalysis(analysis: Analysis): void {
    for (const [node, values] of Object.entries(analysis.values)) this.lastValues.set(node, values)
    this.outlook = outlookOf(analysis)
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
    this.dropPreview(node)
    this.previews.set(node, preview)
    const { views } = this.store.getState()
    this.store.setState({ views: { ...views, [node]: this.view(node) } })
  }

  close(): void {
    for (const { url } of this.previews.values()) this.revoke(url)
    this.previews.clear()
  }

  private dropPreview(node: string): void {
    const preview = this.previews.get(node)
    this.previews.delete(node)
    // The card still shows it until React has painted.
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
    const views: Record<string, NodeRunView> = {}
    let changed = false
    for (const id of ids) {
      const view = sharing(before[id], this.view(id))
      views[id] = sameView(before[id], view) ? before[id] : view
      changed ||= views[id] !== before[id]
    }
    this.store.setState({ ...(changed ? { views } : {}), run: this.snapshot?.summary })
  }

  private view(node: string): NodeRunView {
    const { snapshot, outlook, analysisAtEnd, lastValues } = this
    const { analysis } = this.store.getState()
    const preview = this.previews.get(node)
    return viewOf(node, { analysis, outlook, snapshot, analysisAtEnd, lastValues, preview })
  }
}

/** The current run as one node sees it. Re-renders only for this node. */
export function useNodeRun(nodeId: string): NodeRunView {
  return useStore(useEditor().runs.store, ({ views }) => views[nodeId] ?? IDLE)
}

export function useRuns<T>(selector: (state: RunStoreState) => T): T {
  return useStore(useEditor().runs.store, selector)
}
