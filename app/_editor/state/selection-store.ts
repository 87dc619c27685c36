'use client'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** Items of the canvas by their ids there: a node's own, `note:<id>`, `group:<id>`; edges by their key. */
export interface Selection {
  items: readonly string[]
  edges: readonly string[]
}

export type SelectionStore = StoreApi<Selection>

export const NOTHING: Selection = { items: [], edges: [] }

export const createSelectionStore = (): SelectionStore => createStore<Selection>(() => NOTHING)

export type ItemKind = 'node' | 'note' | 'group'

/** Ids of nodes have no colon. */
export function itemOf(item: string): { kind: ItemKind; id: string } {
  if (item.startsWith('note:')) return { kind: 'note', id: item.slice(5) }
  if (item.startsWith('group:')) return { kind: 'group', id: item.slice(6) }
  return { kind: 'node', id: item }
}

export const noteItem = (id: string): string => `note:${id}`
export const groupItem = (id: string): string => `group:${id}`

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id) => b.includes(id))

/** Replaces the selection; a list with the same members keeps its identity. */
export function select(store: SelectionStore, next: Partial<Selection>): void {
  const before = store.getState()
  const items = next.items ?? []
  const edges = next.edges ?? []
  if (same(before.items, items) && same(before.edges, edges)) return
  store.setState({
    items: same(before.items, items) ? before.items : items,
    edges: same(before.edges, edges) ? before.edges : edges,
  })
}
