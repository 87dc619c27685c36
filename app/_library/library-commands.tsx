'use client'
import { Folder, LayoutTemplate, Moon, Plus, Search, Settings, Sun, Workflow } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { CommandPalette } from '../_ui/command-palette'
import { useTheme } from '../_ui/theme'
import { addressOf } from './folders'
import type { LibraryTemplate, LibraryWorkflow } from './library-types'

/** Ctrl K: everything the library can do and every workflow in it. `/` goes to the search field. */
export function LibraryCommands({
  workflows,
  templates,
  folders,
  onNew,
  onTemplate,
  onSearch,
  onOpen,
}: {
  workflows: readonly LibraryWorkflow[]
  templates: readonly LibraryTemplate[]
  folders: readonly { name: string }[]
  onNew: () => void
  onTemplate: (id: string) => void
  onSearch: () => void
  onOpen: (id: string) => void
}) {
  const [open, setOpen] = useState(false)
  const [theme, setTheme] = useTheme()
  const router = useRouter()
  const search = useRef(onSearch)
  search.current = onSearch
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea')
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) setOpen((now) => !now)
      else if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) search.current()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const other = theme === 'light' ? 'dark' : 'light'
  return (
    <CommandPalette
      open={open}
      onOpenChange={setOpen}
      placeholder="Search workflows, templates, actions"
      groups={[
        {
          heading: 'Workflows',
          items: workflows.map(({ id, name }) => ({
            id: `workflow ${id}`,
            label: name,
            icon: Workflow,
            onSelect: () => onOpen(id),
          })),
        },
        {
          heading: 'Folders',
          items: folders.map(({ name }) => ({
            id: `folder ${name}`,
            label: name,
            icon: Folder,
            onSelect: () => router.push(addressOf(name)),
          })),
        },
        {
          heading: 'New',
          items: [
            { id: 'new', label: 'New workflow', icon: Plus, onSelect: onNew },
            ...templates.map(({ id, name }) => ({
              id: `template ${id}`,
              label: `New from ${name}`,
              icon: LayoutTemplate,
              onSelect: () => onTemplate(id),
            })),
          ],
        },
        {
          heading: 'Actions',
          items: [
            { id: 'search', label: 'Search workflows', icon: Search, keys: '/', onSelect: onSearch },
            {
              id: 'theme',
              label: `Use the ${other} theme`,
              icon: theme === 'light' ? Moon : Sun,
              onSelect: () => setTheme(other),
            },
            {
              id: 'settings',
              label: 'Settings',
              icon: Settings,
              names: ['storage', 'shortcuts', 'theme'],
              onSelect: () => router.push('/settings'),
            },
          ],
        },
      ]}
    />
  )
}
