'use client'
import {
  Activity,
  ArrowDown,
  ArrowUp,
  Copy,
  Diamond,
  Eye,
  EyeOff,
  Move,
  Pencil,
  RotateCw,
  Scaling,
  Snowflake,
  Trash2,
} from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { ContextMenu, type MenuEntry } from '../../_ui/menu'
import { duplicateLayer, layerFacts, layerTitle, moveLayer, removeLayer, setLayer } from './layer-list'
import { partsOfLayer } from './parts'
import { usePoseSession } from './session'

const ICONS = {
  keys: Diamond,
  joints: Diamond,
  amplitude: Activity,
  offset: Move,
  scale: Scaling,
  rotate: RotateCw,
  mute: Snowflake,
}

/** A layer: its name, what it does and how much; a menu and keys for the rest. */
export function LayerRow({ layer }: { layer: EditLayer }) {
  const session = usePoseSession()
  const { layers, view } = session
  const [naming, setNaming] = useState<string | null>(null)
  const list = layers.value
  const at = list.findIndex(({ id }) => id === layer.id)
  const on = view.layer === layer.id
  const Icon = ICONS[layer.kind]
  const remove = () => {
    layers.change(removeLayer(list, layer.id))
    session.show({ layer: undefined })
  }
  const duplicate = () => {
    const made = duplicateLayer(list, layer.id)
    layers.change(made.layers)
    session.show({ layer: made.id })
  }
  const entries: MenuEntry[] = [
    { label: 'Rename', icon: Pencil, keys: 'F2', onSelect: () => setNaming(layerTitle(layer)) },
    { label: 'Duplicate', icon: Copy, keys: 'Ctrl D', onSelect: duplicate },
    {
      label: 'Up',
      icon: ArrowUp,
      keys: 'Alt ↑',
      disabled: at === list.length - 1,
      onSelect: () => layers.change(moveLayer(list, layer.id, at + 1)),
    },
    {
      label: 'Down',
      icon: ArrowDown,
      keys: 'Alt ↓',
      disabled: at === 0,
      onSelect: () => layers.change(moveLayer(list, layer.id, at - 1)),
    },
    '-',
    { label: 'Delete', icon: Trash2, danger: true, keys: 'Del', onSelect: remove },
  ]
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    if (event.key === 'F2') setNaming(layerTitle(layer))
    else if (event.key === 'Delete' || event.key === 'Backspace') remove()
    else if (event.altKey && event.key === 'ArrowUp') layers.change(moveLayer(list, layer.id, at + 1))
    else if (event.altKey && event.key === 'ArrowDown') layers.change(moveLayer(list, layer.id, at - 1))
    else if ((event.ctrlKey || event.metaKey) && event.key === 'd') duplicate()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const rename = (name: string) => {
    if (name !== layerTitle(layer)) layers.change(setLayer(list, layer.id, { name }))
    setNaming(null)
  }
  return (
    <ContextMenu entries={entries}>
      <li
        draggable={naming === null}
        onDragStart={(event) => event.dataTransfer.setData('text/x-layer', layer.id)}
        onDragOver={(event) => event.dataTransfer.types.includes('text/x-layer') && event.preventDefault()}
        onDrop={(event) => layers.change(moveLayer(list, event.dataTransfer.getData('text/x-layer'), at))}
        className={classNames(
          'relative flex h-[46px] items-center gap-2.5 pr-2 pl-3',
          on ? 'bg-accent-soft shadow-[inset_2px_0_var(--accent)]' : 'hover:bg-hover',
          !layer.enabled && 'text-text-3',
        )}
      >
        <Icon
          size={14}
          strokeWidth={1.75}
          aria-hidden
          className={classNames('flex-none', on ? 'text-accent' : 'text-text-3')}
        />
        {naming !== null ? (
          <input
            // biome-ignore lint/a11y/noAutofocus: it takes the place of the name that was clicked
            autoFocus
            aria-label="Name of the layer"
            defaultValue={naming}
            maxLength={80}
            className="h-6 min-w-0 flex-1 rounded-2 bg-field px-1.5 inset-line-accent"
            onFocus={(event) => event.target.select()}
            onBlur={(event) => rename(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') rename(event.currentTarget.value)
              if (event.key === 'Escape') setNaming(null)
            }}
          />
        ) : (
          <button
            type="button"
            aria-pressed={on}
            className="min-w-0 flex-1 cursor-default text-left"
            onClick={() => session.show({ layer: layer.id, parts: partsOfLayer(layer) })}
            onDoubleClick={() => setNaming(layerTitle(layer))}
            data-own-keys="f2 delete backspace alt+arrowup alt+arrowdown ctrl+d"
            onKeyDown={onKey}
          >
            <b className="block truncate font-strong">{layerTitle(layer)}</b>
            <span className="block truncate text-11 text-text-3">
              {layerFacts(layer, session.edited.frames)}
            </span>
          </button>
        )}
        <span
          className={classNames(
            'flex-none font-mono text-11 text-text-3',
            layer.strength === 1 && 'max-[1199px]:hidden', // the usual, where its line needs the room
          )}
        >
          {Math.round(layer.strength * 100)} %
        </span>
        <IconButton
          icon={layer.enabled ? Eye : EyeOff}
          label={layer.enabled ? 'Switch the layer off' : 'Switch the layer on'}
          size="small"
          onClick={() => layers.change(setLayer(list, layer.id, { enabled: !layer.enabled }))}
        />
      </li>
    </ContextMenu>
  )
}
