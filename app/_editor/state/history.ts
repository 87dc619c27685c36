'use client'
import * as Y from 'yjs'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { liveParts } from '../../../nodes/core/live-document'
import { type Selection, type SelectionStore, select } from './selection-store'

export interface HistoryState {
  /** What undo would take back, in words for the tooltip; undefined when there is nothing. */
  undo?: string
  redo?: string
}

export interface History {
  readonly store: StoreApi<HistoryState>
  /**
   * Makes an edit that undoes as one step. Edits that follow each other with the same `gesture` (one drag of a slider)
   * are one step together.
   */
  edit<T>(what: string, change: () => T, gesture?: string): T
  undo(): void
  redo(): void
  destroy(): void
}

/** What a step of history knows beside its changes. */
interface StepNotes {
  what: string
  before: Selection
  after: Selection
}

const NOTES = 'notes'
const notesOf = (item: { meta: Map<unknown, unknown> } | undefined) =>
  item?.meta.get(NOTES) as StepNotes | undefined

/** Undo of this person's edits alone; what others did at the same time stays. Brings the selection back too. */
export function createHistory(doc: Y.Doc, selection: SelectionStore): History {
  const origin = { edits: 'by hand' }
  const manager = new Y.UndoManager(Object.values(liveParts(doc)), {
    trackedOrigins: new Set([origin]),
    captureTimeout: Number.POSITIVE_INFINITY, // steps end where `edit` says so, not by the clock
  })
  const store = createStore<HistoryState>(() => ({}))
  let lastGesture: string | undefined
  let depth = 0

  const tell = () => {
    store.setState({
      undo: notesOf(manager.undoStack.at(-1))?.what,
      redo: notesOf(manager.redoStack.at(-1))?.what,
    })
  }
  const travel = (direction: 'undo' | 'redo') => {
    lastGesture = undefined
    const moved = direction === 'undo' ? manager.undo() : manager.redo()
    const notes = notesOf(moved ?? undefined)
    if (!notes) return tell()
    const other = direction === 'undo' ? manager.redoStack : manager.undoStack
    other.at(-1)?.meta.set(NOTES, notes)
    select(selection, direction === 'undo' ? notes.before : notes.after)
    tell()
  }
  return {
    store,
    edit(what, change, gesture) {
      if (depth > 0) return change()
      const goesOn = gesture !== undefined && gesture === lastGesture
      if (!goesOn) manager.stopCapturing()
      const count = manager.undoStack.length
      const before = selection.getState()
      depth++
      let result: ReturnType<typeof change>
      try {
        result = doc.transact(change, origin)
      } finally {
        depth--
      }
      const step = manager.undoStack.at(-1)
      const after = selection.getState()
      if (step && manager.undoStack.length > count) step.meta.set(NOTES, { what, before, after })
      else if (goesOn && step) step.meta.set(NOTES, { ...notesOf(step)!, after })
      lastGesture = gesture
      tell()
      return result
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    destroy: () => manager.destroy(),
  }
}
