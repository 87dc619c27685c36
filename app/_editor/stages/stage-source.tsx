'use client'
import { createContext, type ReactNode, useContext } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { RunNodeState } from '../../../nodes/core/run-snapshot'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { TableValue } from '../../../nodes/core/values'
import type { Values, Wiring } from './trace-values'

/** What a card shows of the run of its node. */
export interface StageRun {
  state: 'idle' | RunNodeState
  fraction: number
  text?: string
  startedAt?: number
  remainingSeconds?: number
  error?: ErrorJson
  /** Keeps it from running; known before anything runs. */
  problem?: ErrorJson
  values: Readonly<Record<string, ValueRef>>
  /** What it cost to make what the node measures. */
  costs?: TableValue['rows']
  /** The values are of an earlier state of the workflow. */
  stale: boolean
  preview?: { url: string; frame?: number; at: number }
}

/**
 * Where stages and timeline learn about workflow and runs: the stores of the editor, or what a share link shows. All
 * members are hooks and re-render only for what they return.
 */
export interface StageSource {
  useDefinition(nodeId: string): CatalogEntry | undefined
  useTitle(nodeId: string): string
  useRun(nodeId: string): StageRun
  useWiring(): Wiring
  /** The values of all nodes that have some. */
  useValues(): Values
  useSelected(): string | undefined
  /** How to show the figures of a node beside others, where there is a place for that. */
  useCompare?(): (nodeId: string) => void
}

const Context = createContext<StageSource | null>(null)

export function StagesOf({ source, children }: { source: StageSource; children: ReactNode }) {
  return <Context value={source}>{children}</Context>
}

export function useStageSource(): StageSource {
  const source = useContext(Context)
  if (!source) throw new Error('Stages and timeline need <StagesOf> around them.')
  return source
}
