'use client'
import { useQuery } from '@tanstack/react-query'
import { Columns3, Play, RotateCcw, Square, Workflow } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTRPC } from '../../_lib/trpc'
import { CommandPalette, type PaletteGroup } from '../../_ui/command-palette'
import { useRunCommands } from '../bar/use-run-commands'
import { useCanvas } from '../canvas/use-canvas-controls'
import { nodeIcon } from '../card/node-icons'
import { useFigures } from '../figures/figures-store'
import { ACTIONS, act, whyNot } from '../state/actions'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useKeymap } from '../state/keymap'
import { closePalettes, usePalettes } from './palettes'

/** Ctrl K: actions, the nodes here, nodes to add. */
export function CommandList() {
  const open = usePalettes((state) => state.open === 'commands')
  if (!open) return null
  return <OpenList />
}

function OpenList() {
  const editor = useEditor()
  const keymap = useKeymap()
  const controls = useCanvas((state) => state.controls)
  const nodes = useWorkflow((document) => document.nodes)
  const { run, cancel, running } = useRunCommands()
  const router = useRouter()
  const workflows = useQuery(useTRPC().workflow.list.queryOptions({}))
  const groups: PaletteGroup[] = [
    {
      heading: 'Actions',
      items: [
        { id: 'run', label: 'Run', icon: Play, keys: keymap.shown('run'), onSelect: () => run() },
        {
          id: 'run-fresh',
          label: 'Run without the cache',
          icon: RotateCcw,
          onSelect: () => run({ fresh: true }),
        },
        ...(running
          ? [
              {
                id: 'cancel',
                label: 'Cancel the run',
                icon: Square,
                keys: keymap.shown('cancel'),
                onSelect: cancel,
              },
            ]
          : []),
        ...ACTIONS.filter(({ id }) => id !== 'deselect').map((action) => ({
          id: action.id,
          label: action.label,
          keys: keymap.shown(action.id),
          disabled: whyNot(action, editor, controls),
          onSelect: () => act(action, editor, controls),
        })),
        {
          id: 'compare-figures',
          label: 'Compare figures',
          icon: Columns3,
          onSelect: () => useFigures.getState().open(),
        },
        {
          id: 'shortcuts',
          label: 'Shortcuts',
          keys: keymap.shown('shortcuts'),
          onSelect: () => usePalettes.setState({ open: 'shortcuts' }),
        },
      ],
    },
  ]
  const nodeGroups: PaletteGroup[] = [
    {
      heading: 'Nodes here',
      items: Object.entries(nodes).map(([id, node]) => {
        const definition = editor.definitions.get(node.type)
        return {
          id: `here ${id}`,
          label: node.title ?? definition?.title ?? node.type,
          icon: nodeIcon(node.type),
          hint: node.title ? definition?.title : id,
          names: [node.type, id, definition?.title ?? ''],
          onSelect: () => controls?.reveal(id),
        }
      }),
    },
    {
      heading: 'Add a node',
      items: editor.definitions.all().map((entry) => ({
        id: `add ${entry.id}`,
        label: entry.title,
        icon: nodeIcon(entry.id),
        hint: entry.category,
        names: [entry.id],
        about: entry.summary,
        onSelect: () => controls && void editor.commands.addNode(entry.id, controls.centre()),
      })),
    },
  ]
  if (controls) groups.push(...nodeGroups)
  const others = workflows.data?.workflows.filter(({ id }) => id !== editor.workflowId) ?? []
  groups.push({
    heading: 'Workflows',
    items: others.map(({ id, name }) => ({
      id: `workflow ${id}`,
      label: name,
      icon: Workflow,
      onSelect: () => router.push(`/workflows/${id}`),
    })),
  })
  return <CommandPalette open onOpenChange={(next) => !next && closePalettes()} groups={groups} />
}
