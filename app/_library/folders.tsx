'use client'
import { ChevronDown, Ellipsis, Folder, FolderPlus, FolderX, Pencil } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { Button } from '../_ui/button'
import { classNames } from '../_ui/class-names'
import { IconButton } from '../_ui/icon-button'
import { Menu } from '../_ui/menu'
import { askForFolder } from './folder-dialog'
import type { LibraryWorkflow, WorkflowActions } from './library-types'

export interface FolderCount {
  name: string
  count: number
}

export const addressOf = (folder: string) => `/?folder=${encodeURIComponent(folder)}`

/** The folders that something is in, by name; `open` is there too while it is looked at, empty or not. */
export function useFolders(
  workflows: readonly Pick<LibraryWorkflow, 'folder'>[] | undefined,
  open: string | undefined,
): { folders: FolderCount[]; names: readonly string[] } {
  const folders = useMemo(() => {
    const counts = new Map<string, number>(open === undefined ? [] : [[open, 0]])
    for (const { folder } of workflows ?? []) if (folder) counts.set(folder, (counts.get(folder) ?? 0) + 1)
    return [...counts]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  }, [workflows, open])
  const text = JSON.stringify(folders.map(({ name }) => name))
  // The same list as long as it says the same: every card has it.
  return { folders, names: useMemo(() => JSON.parse(text) as string[], [text]) }
}

function useNewFolder() {
  const router = useRouter()
  return () =>
    askForFolder({
      title: 'New folder',
      verb: 'Create',
      name: '',
      onDone: (name) => router.push(addressOf(name)),
    })
}

/** Below the places of the side bar, where it is wide enough. */
export function FolderList({ folders, open }: { folders: readonly FolderCount[]; open: string | undefined }) {
  const add = useNewFolder()
  return (
    <nav aria-label="Folders" className="mt-4 min-h-0 overflow-y-auto max-xl:hidden">
      <div className="flex h-7 items-center pl-2.5 text-11 text-text-3">
        <h2 className="flex-1 font-title">Folders</h2>
        <IconButton icon={FolderPlus} size="small" label="New folder" onClick={add} />
      </div>
      {folders.map(({ name, count }) => (
        <Link
          key={name}
          href={addressOf(name)}
          aria-current={name === open ? 'page' : undefined}
          className={classNames(
            'flex h-7 items-center gap-2 rounded-2 px-2.5 hover:bg-hover',
            name === open ? 'bg-active text-text-1' : 'text-text-2',
          )}
        >
          <Folder size={16} strokeWidth={1.75} aria-hidden className="flex-none text-text-3" />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="text-11 text-text-3">{count}</span>
        </Link>
      ))}
    </nav>
  )
}

/** The same as a menu, where the side bar has only icons. */
export function FolderMenu({ folders, open }: { folders: readonly FolderCount[]; open: string | undefined }) {
  const router = useRouter()
  const add = useNewFolder()
  return (
    <span className="xl:hidden">
      <Menu
        align="end"
        entries={[
          open !== undefined && { label: 'All workflows', onSelect: () => router.push('/?show=workflows') },
          ...folders.map(({ name, count }) => ({
            label: `${name} · ${count}`,
            icon: Folder,
            onSelect: () => router.push(addressOf(name)),
          })),
          folders.length > 0 && '-',
          { label: 'New folder', icon: FolderPlus, onSelect: add },
        ]}
      >
        <Button icon={Folder} className="max-sm:h-11!">
          <span className="max-sm:sr-only">Folders</span>
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
        </Button>
      </Menu>
    </span>
  )
}

/** What can be done with the folder that is looked at. */
export function OpenFolderMenu({
  folder,
  workflows,
  actions,
}: {
  folder: string
  /** Those in it. */
  workflows: readonly LibraryWorkflow[]
  actions: WorkflowActions
}) {
  const router = useRouter()
  const isEmpty = workflows.length === 0 && 'Nothing is in it'
  return (
    <Menu
      align="end"
      entries={[
        {
          label: 'Rename the folder',
          icon: Pencil,
          disabled: isEmpty,
          onSelect: () =>
            askForFolder({
              title: 'Rename the folder',
              verb: 'Rename',
              name: folder,
              onDone: (name) => {
                if (name === folder) return
                actions.move(workflows, name)
                router.replace(addressOf(name))
              },
            }),
        },
        {
          label: 'Remove the folder, keep its workflows',
          icon: FolderX,
          disabled: isEmpty,
          onSelect: () => {
            actions.move(workflows, null)
            router.replace('/?show=workflows')
          },
        },
      ]}
    >
      <IconButton icon={Ellipsis} label={`More for the folder ${folder}`} />
    </Menu>
  )
}
