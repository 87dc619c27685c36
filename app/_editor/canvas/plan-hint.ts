'use client'
import { create } from 'zustand'

const NONE: ReadonlySet<string> = new Set()

/** Nodes that the canvas outlines because somebody points at the plan. */
export const usePlanHint = create<{ nodes: ReadonlySet<string> }>(() => ({ nodes: NONE }))

export const hintNodes = (nodes: Iterable<string>): void => usePlanHint.setState({ nodes: new Set(nodes) })
export const clearHint = (): void => usePlanHint.setState({ nodes: NONE })
