'use client'
import {
  Activity,
  ArrowDown,
  ArrowUp,
  Copy,
  Diamond,
  Eye,
  EyeOff,
  Lock,
  Move,
  Pencil,
  Plus,
  RotateCw,
  Scaling,
  Snowflake,
  Trash2,
} from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { ContextMenu, Menu, type MenuEntry } from '../../_ui/menu'
import { NumberField } from '../../_ui/number-field'
import { PanelTitle, Swatch } from '../full-screen/section'
import { transport } from '../state/transport'
import {
  duplicateLayer,
  freshRange,
  layerFacts,
  layerTitle,
  moveLayer,
  newLayerId,
  partAmplitude,
  removeLayer,
  setLayer,
  setPartAmplitude,
} from './layer-list'
import { POSE_PARTS, partById, partsOfLayer } from './parts'
import { type PoseSession, usePoseSession } from './session'

const ICONS = {
  keys: Diamond,
  joints: Diamond,
  amplitude: Activity,
  offset: Move,
  scale: Scaling,
  rotate: RotateCw,
  mute: Snowflake,
}

/** Layers, the last applied on top, and below them the parts of the person. */
export function LayersPanel() {
  const session = usePoseSession()
  const { layers, view } = session
  return (
    <>
      <PanelTitle
        title="Layers"
        end={
          <Menu align="end" entries={newLayerEntries(session)}>
            <IconButton icon={Plus} label="Add a layer" size="small" />
          </Menu>
        }
      />
      <ul aria-label="Layers">
        {[...layers.value].reverse().map((layer) => (
          <LayerRow key={layer.id} layer={layer} />
        ))}
        <li className="flex h-[46px] items-center gap-2.5 pr-2 pl-3 text-text-3">
          <span className="w-3.5" />
          <span className="min-w-0 flex-1">
            <b className="block truncate font-strong text-text-2">{session.subject.inputTitle}</b>
            <span className="text-11">input · {session.edited.frames} frames</span>
          </span>
          <Lock size={14} strokeWidth={1.75} aria-label="The input stays as it is" className="mr-1.5" />
        </li>
      </ul>
      {layers.value.length === 0 && (
        <p className="px-3 pb-3 text-11 text-text-3">
          Drag a joint on the stage: the edit becomes a layer over the input, which stays as it is.
        </p>
      )}
      <div className="mt-2 border-line-1 border-t">
        <PanelTitle
          title="Regions"
          end={<span className="pr-9 font-body text-11 text-text-3">amplitude</span>}
        />
        <ul aria-label="Regions">
          {POSE_PARTS.map(({ id, label, colour }) => (
            <li
              key={id}
              className={classNames(
                'flex h-7 items-center gap-2 pr-2 pl-3',
                view.parts.includes(id) && 'bg-active',
              )}
            >
              <button
                type="button"
                aria-pressed={view.parts.includes(id)}
                className="flex h-full min-w-0 flex-1 cursor-default items-center gap-2 text-left"
                onClick={(event) => {
                  const others = view.parts.filter((part) => part !== id)
                  const adding = event.shiftKey || event.ctrlKey || event.metaKey
                  session.show({
                    parts: adding ? (view.parts.includes(id) ? others : [...others, id]) : [id],
                  })
                }}
              >
                <Swatch colour={colour} />
                <span className={view.parts.includes(id) ? 'font-strong' : 'text-text-2'}>{label}</span>
              </button>
              <NumberField
                label={`Amplitude of ${label}`}
                value={partAmplitude(layers.value, id)}
                min={0}
                max={5}
                step={0.05}
                size="small"
                className="w-14"
                onChange={(factor, gesture) =>
                  layers.change(setPartAmplitude(layers.value, id, factor), gesture)
                }
              />
              <IconButton
                icon={view.hidden.includes(id) ? EyeOff : Eye}
                label={view.hidden.includes(id) ? `Show ${label}` : `Hide ${label} on the stage`}
                size="small"
                onClick={() =>
                  session.show({
                    hidden: view.hidden.includes(id)
                      ? view.hidden.filter((part) => part !== id)
                      : [...view.hidden, id],
                  })
                }
              />
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

function LayerRow({ layer }: { layer: EditLayer }) {
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

function newLayerEntries(session: PoseSession): MenuEntry[] {
  const { layers, view, edited } = session
  const part = partById(view.parts[0] ?? 'head')
  const add =
    (kind: EditLayer['kind'], values: object, range: object = {}) =>
    () => {
      const id = newLayerId(layers.value)
      const frame = Math.min(edited.frames - 1, transport.store.getState().frame)
      const layer = { id, kind, ...freshRange(frame, edited.frames), ...range, ...values } as EditLayer // each kind's own values follow below
      layers.change([...layers.value, layer])
      session.show({ layer: id, parts: [part.id] })
    }
  const whole = { from: 0, to: null, fadeIn: 0, fadeOut: 0 }
  const { region, label } = part
  return [
    { heading: label },
    {
      label: 'Keyframes',
      icon: Diamond,
      onSelect: add('keys', {
        name: label,
        tracks: [
          {
            part: 'region',
            region,
            keys: [
              {
                frame: Math.min(edited.frames - 1, transport.store.getState().frame),
                dx: 0,
                dy: 0,
                scale: 1,
                degrees: 0,
                ease: 'ease-in-out',
              },
            ],
          },
        ],
      }),
    },
    {
      label: 'Amplitude',
      icon: Activity,
      onSelect: add('amplitude', { region, factor: 0.6, about: 'mean' }, whole),
    },
    { label: 'Offset', icon: Move, onSelect: add('offset', { region, dx: 0, dy: 0 }, whole) },
    { label: 'Turn', icon: RotateCw, onSelect: add('rotate', { region, degrees: 0 }, whole) },
    { label: 'Size', icon: Scaling, onSelect: add('scale', { region, factor: 1 }, whole) },
    { label: 'Hold still', icon: Snowflake, onSelect: add('mute', { region, mode: 'freeze' }) },
    { label: 'Hide', icon: EyeOff, onSelect: add('mute', { region, mode: 'hide' }) },
  ]
}
