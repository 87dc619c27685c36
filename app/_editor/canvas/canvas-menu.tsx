'use client'
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  CircleSlash2,
  ClipboardPaste,
  Copy,
  CopyPlus,
  CornerUpRight,
  FoldVertical,
  Group,
  LayoutGrid,
  Maximize,
  Pencil,
  Play,
  Plus,
  Scissors,
  Spline,
  StickyNote,
  Tag as TagIcon,
  Trash2,
  Ungroup,
  Unlink,
} from 'lucide-react'
import { MenuAt, type MenuEntry } from '../../_ui/menu'
import { useRunCommands } from '../bar/use-run-commands'
import { actionById } from '../state/actions'
import type { Alignment } from '../state/align'
import { GROUP_COLOURS } from '../state/document-store'
import { useEditor } from '../state/editor-context'
import { isFolded } from '../state/folded-edges'
import { useKeymap } from '../state/keymap'
import { editorOf } from '../state/node-editors'
import { itemOf } from '../state/selection-store'
import { type CanvasControls, type MenuRequest, useCanvasView } from './canvas-view'

const ALIGNMENTS: [Alignment, string, typeof AlignStartVertical][] = [
  ['left', 'Left edges', AlignStartVertical],
  ['centre', 'Centres', AlignCenterVertical],
  ['right', 'Right edges', AlignEndVertical],
  ['top', 'Top edges', AlignStartHorizontal],
  ['middle', 'Middles', AlignCenterHorizontal],
  ['bottom', 'Bottom edges', AlignEndHorizontal],
  ['columns', 'Spread in a row', AlignHorizontalDistributeCenter],
  ['rows', 'Spread in a column', AlignVerticalDistributeCenter],
]

/** The menu of the right button: of the canvas, of what is chosen, or of an edge. */
export function CanvasMenu({ controls }: { controls: CanvasControls }) {
  const menu = useCanvasView((view) => view.menu)
  const entries = useEntries(menu, controls)
  const close = () => useCanvasView.setState({ menu: undefined })
  return <MenuAt at={menu?.at ?? null} entries={entries} onClose={close} />
}

function useEntries(menu: MenuRequest | undefined, controls: CanvasControls): MenuEntry[] {
  const editor = useEditor()
  const keymap = useKeymap()
  const { run } = useRunCommands()
  if (!menu) return []
  const act = (id: string, icon?: MenuEntryIcon, danger?: boolean): MenuEntry => {
    const action = actionById(id)
    const off = action.disabled?.(editor)
    return {
      label: action.label,
      icon,
      keys: keymap.shown(id),
      danger,
      disabled: off !== undefined,
      onSelect: () => void action.run(editor, controls),
    }
  }
  const addHere: MenuEntry = {
    label: menu.kind === 'edge' ? 'Insert a node' : 'Add a node',
    icon: Plus,
    keys: menu.kind === 'canvas' ? keymap.shown('add-node') : undefined,
    // After the menu has given the focus back.
    onSelect: () =>
      setTimeout(() =>
        useCanvasView.setState({ palette: { at: menu.at, place: menu.place, edge: menu.edge } }),
      ),
  }
  if (menu.kind === 'edge') {
    return [
      addHere,
      {
        label: isFolded(editor.document.getState(), menu.edge!) ? 'Draw as a line' : 'Fold into a chip',
        icon: TagIcon,
        keys: keymap.shown('fold'),
        onSelect: () =>
          editor.commands.setFolded([menu.edge!], !isFolded(editor.document.getState(), menu.edge!)),
      },
      '-',
      {
        label: 'Disconnect',
        icon: Unlink,
        keys: keymap.shown('delete'),
        danger: true,
        onSelect: () => editor.commands.disconnect(menu.edge!),
      },
    ]
  }
  if (menu.kind === 'canvas') {
    return [
      addHere,
      { label: 'Add a note', icon: StickyNote, onSelect: () => void editor.commands.addNote(menu.place) },
      act('paste', ClipboardPaste),
      '-',
      act('tidy', LayoutGrid),
      act('select-all'),
      act('fit', Maximize),
    ]
  }
  const items = editor.selection.getState().items
  const nodes = items.map(itemOf).flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
  const groups = items.map(itemOf).flatMap(({ kind, id }) => (kind === 'group' ? [id] : []))
  return [
    nodes.length > 0 && {
      label: 'Run to here',
      icon: Play,
      keys: keymap.shown('run-selected'),
      onSelect: () => run({ targets: nodes }),
    },
    nodes.length === 1 && editorOf(editor, nodes[0]) && act('open-editor', Pencil),
    nodes.length > 0 && act('connect', Spline),
    '-',
    { ...(act('copy', Copy) as object), keys: 'Ctrl C' } as MenuEntry,
    { ...(act('cut', Scissors) as object), keys: 'Ctrl X' } as MenuEntry,
    act('duplicate', CopyPlus),
    '-',
    nodes.length > 0 && act('bypass', CornerUpRight),
    nodes.length > 0 && act('mute', CircleSlash2),
    nodes.length > 0 && act('collapse', FoldVertical),
    nodes.length > 0 && act('fold', TagIcon),
    nodes.length > 0 && act('group', Group),
    groups.length > 0 && act('ungroup', Ungroup),
    groups.length === 1 && {
      label: 'Colour',
      entries: GROUP_COLOURS.map((colour) => ({
        label: colour.charAt(0).toUpperCase() + colour.slice(1),
        checked: editor.document.getState().groups.find(({ id }) => id === groups[0])?.colour === colour,
        onSelect: () => editor.commands.setGroup(groups[0], { colour }),
      })),
    },
    items.length > 1 && {
      label: 'Align',
      icon: AlignStartVertical,
      entries: ALIGNMENTS.map(([how, label, icon]) => ({
        label,
        icon,
        onSelect: () => void controls.glide(() => editor.commands.align(items, how)),
      })),
    },
    nodes.length > 1 && act('tidy', LayoutGrid),
    '-',
    nodes.length > 0 && act('dissolve', Spline),
    act('delete', Trash2, true),
  ]
}

type MenuEntryIcon = typeof Copy
