'use client'
import { createContext, type ReactNode, useContext } from 'react'
import { useStore } from 'zustand'
import type { Catalog } from '../../../nodes/core/catalog'
import type { WorkflowDocument } from '../../../nodes/core/document'
import type { LiveDocument } from '../../_lib/live/open-document'
import type { Commands } from './commands'
import type { Definitions } from './definitions'
import type { DocumentStore } from './document-store'
import type { History, HistoryState } from './history'
import type { RunViews } from './run-store'
import type { Selection, SelectionStore } from './selection-store'

/** One open workflow: what every part of the editor works with. */
export interface Editor {
  workflowId: string
  live: LiveDocument
  catalog: Catalog
  definitions: Definitions
  document: DocumentStore
  selection: SelectionStore
  history: History
  runs: RunViews
  commands: Commands
  undo(): void
  redo(): void
  /** Opens the full-screen editor of a node, where it has one. */
  openEditor(nodeId: string): void
  closeEditor(): void
}

const Context = createContext<Editor | null>(null)

export function EditorOf({ editor, children }: { editor: Editor; children: ReactNode }) {
  return <Context value={editor}>{children}</Context>
}

export function useEditor(): Editor {
  const editor = useContext(Context)
  if (!editor) throw new Error('This part of the page needs an open workflow around it.')
  return editor
}

/** Re-renders when what the selector returns is another thing; parts that did not change stay the same thing. */
export function useWorkflow<T>(selector: (document: WorkflowDocument) => T): T {
  return useStore(useEditor().document, selector)
}

export function useSelection<T>(selector: (selection: Selection) => T): T {
  return useStore(useEditor().selection, selector)
}

export function useHistory<T>(selector: (state: HistoryState) => T): T {
  return useStore(useEditor().history.store, selector)
}
