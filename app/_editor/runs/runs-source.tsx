'use client'
import { createContext, type ReactNode, useContext } from 'react'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import type { ValueRef } from '../../../nodes/core/value-ref'

/** How far the run of the open workflow is. */
export interface RunProgress {
  summary: RunSummary
  /** Nodes that have run, and those that run at all; reused ones count in neither. */
  finished: number
  total: number
}

/** What a result needs beside its file to be played and compared. */
export interface ResultMedia {
  fps: number
  width?: number
  height?: number
  sound?: ValueRef
  /** Title of the node that made the pictures: a Warp result is labelled Warp wherever it is shown. */
  madeBy?: string
}

/**
 * Where the run HUD and the panel learn about runs and act on them. Members that begin with `use` are hooks; an action
 * fails with a StudioError, which the panel shows.
 */
export interface RunsSource {
  /** Runs of all workflows, newest first: the queue is shared. */
  useRuns(): readonly RunSummary[]
  /** Whether the list has come from the server. */
  useLoaded(): boolean
  useProgress(): RunProgress | undefined
  workflow: string
  cancel(run: string): Promise<unknown>
  retry(run: string): Promise<unknown>
  /** `position` from 1. */
  move(run: string, position: number): Promise<unknown>
  setPaused(run: string, paused: boolean): Promise<unknown>
  /** Takes a run that is over out of the list. */
  remove(run: string): Promise<unknown>
  /** Opens the workflow exactly as it was when this run began. */
  openExact(run: RunSummary): Promise<unknown>
  /** Makes the open workflow what it was in this run of it. */
  openHere(run: string): Promise<unknown>
  media(run: RunSummary): Promise<ResultMedia>
}

const Context = createContext<RunsSource | null>(null)

export function RunsOf({ source, children }: { source: RunsSource; children: ReactNode }) {
  return <Context value={source}>{children}</Context>
}

export function useRunsSource(): RunsSource {
  const source = useContext(Context)
  if (!source) throw new Error('Run HUD and panel need <RunsOf> around them.')
  return source
}
