import { Copy, Download, Folder, FolderInput, FolderOpen, FolderPlus, Pencil, Trash2 } from 'lucide-react'
import type { MenuEntry } from '../_ui/menu'
import { askForFolder } from './folder-dialog'
import type { LibraryWorkflow, WorkflowActions } from './library-types'

/** What can be done with a workflow, for its menu button and its context menu. */
export function workflowMenu(
  workflow: LibraryWorkflow,
  folders: readonly string[],
  actions: WorkflowActions,
  rename: () => void,
): MenuEntry[] {
  const { id, name, folder } = workflow
  const move = (into: string | null) => actions.move([workflow], into)
  return [
    { label: 'Open', icon: FolderOpen, keys: 'Enter', onSelect: () => actions.open(id) },
    { label: 'Rename', icon: Pencil, keys: 'F2', onSelect: rename },
    { label: 'Duplicate', icon: Copy, keys: 'Ctrl D', onSelect: () => actions.duplicate(id) },
    {
      label: 'Move to a folder',
      icon: FolderInput,
      entries: [
        ...folders.map((one) => ({
          label: one,
          icon: Folder,
          checked: one === folder || undefined,
          onSelect: () => one !== folder && move(one),
        })),
        folder !== null && { label: 'No folder', onSelect: () => move(null) },
        (folders.length > 0 || folder !== null) && '-',
        {
          label: 'New folder',
          icon: FolderPlus,
          onSelect: () => askForFolder({ title: 'New folder', verb: 'Move there', name: '', onDone: move }),
        },
      ],
    },
    { label: 'Export with its files', icon: Download, onSelect: () => actions.exportZip(id) },
    '-',
    { label: 'Delete', icon: Trash2, keys: 'Del', danger: true, onSelect: () => actions.remove(id, name) },
  ]
}
