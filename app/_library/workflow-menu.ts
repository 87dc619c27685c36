import { Copy, Download, FolderOpen, Pencil, Trash2 } from 'lucide-react'
import type { MenuEntry } from '../_ui/menu'
import type { LibraryWorkflow, WorkflowActions } from './library-types'

/** What can be done with a workflow, for its menu button and its context menu. */
export const workflowMenu = (
  { id, name }: LibraryWorkflow,
  actions: WorkflowActions,
  rename: () => void,
): MenuEntry[] => [
  { label: 'Open', icon: FolderOpen, keys: 'Enter', onSelect: () => actions.open(id) },
  { label: 'Rename', icon: Pencil, keys: 'F2', onSelect: rename },
  { label: 'Duplicate', icon: Copy, keys: 'Ctrl D', onSelect: () => actions.duplicate(id) },
  { label: 'Export with its files', icon: Download, onSelect: () => actions.exportZip(id) },
  '-',
  { label: 'Delete', icon: Trash2, keys: 'Del', danger: true, onSelect: () => actions.remove(id, name) },
]
