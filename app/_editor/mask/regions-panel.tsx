'use client'
import { ArrowDown, ArrowUp, Eye, EyeOff, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { isShape, type MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { regionCss } from '../../_lib/values/region-colours'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { ContextMenu } from '../../_ui/menu'
import { PanelTitle, Swatch } from '../full-screen/section'
import type { Draft } from '../full-screen/use-draft'
import {
  isRegionName,
  maskLayerTitle,
  moveMaskLayer,
  regionTitle,
  removeMaskLayer,
  replaceMaskLayer,
  sayRange,
} from './mask-edits'
import type { EditedMask } from './mask-preview'

export interface RegionsPanelProps {
  mask: EditedMask
  regions: readonly string[]
  region: string
  hidden: readonly string[]
  areas: Readonly<Record<string, number>>
  selected: string | undefined
  layers: Draft<readonly MaskLayer[]>
  onRegion(region: string): void
  onHidden(hidden: readonly string[]): void
  onSelected(id: string | undefined): void
  onAdd(name: string): void
}

/** The regions of the mask, and the edits of the one that is chosen. */
export function RegionsPanel(props: RegionsPanelProps) {
  const { mask, regions, region, hidden, areas, layers, onRegion, onHidden, onAdd } = props
  const [naming, setNaming] = useState(false)
  const mine = layers.value.filter((layer) => layer.region === region)
  return (
    <>
      <PanelTitle
        title="Regions"
        end={<IconButton icon={Plus} label="Add a region" size="small" onClick={() => setNaming(true)} />}
      />
      <ul aria-label="Regions">
        {regions.map((one) => {
          const edits = layers.value.filter((layer) => layer.region === one && layer.enabled).length
          const exists = mask.regions.includes(one) || edits > 0
          return (
            <li
              key={one}
              className={classNames(
                'flex h-[46px] items-center gap-2.5 pr-2 pl-3',
                one === region ? 'bg-accent-soft shadow-[inset_2px_0_var(--accent)]' : 'hover:bg-hover',
              )}
            >
              <Swatch colour={regionCss(one, regions)} />
              <button
                type="button"
                aria-pressed={one === region}
                className="min-w-0 flex-1 cursor-default text-left"
                onClick={() => onRegion(one)}
              >
                <b className="block truncate font-strong">{regionTitle(one)}</b>
                <span className="block truncate text-11 text-text-3">
                  {exists ? `${((areas[one] ?? 0) * 100).toFixed(1)} % of frame` : 'paint to make it'}
                  {edits > 0 && ` · ${edits} ${edits === 1 ? 'edit' : 'edits'}`}
                </span>
              </button>
              <IconButton
                icon={hidden.includes(one) ? EyeOff : Eye}
                label={
                  hidden.includes(one) ? `Show ${regionTitle(one)}` : `Hide ${regionTitle(one)} on the stage`
                }
                size="small"
                onClick={() =>
                  onHidden(hidden.includes(one) ? hidden.filter((name) => name !== one) : [...hidden, one])
                }
              />
            </li>
          )
        })}
        {naming && (
          <NewRegion
            taken={regions}
            onName={(name) => {
              setNaming(false)
              if (name) onAdd(name)
            }}
          />
        )}
      </ul>
      <div className="mt-2 border-line-1 border-t">
        <PanelTitle
          title="Edits"
          end={<span className="pr-2 font-body text-11 text-text-3">{regionTitle(region)}</span>}
        />
        {mine.length === 0 && (
          <p className="px-3 pb-3 text-11 text-text-3">
            Paint on the stage: each stroke becomes an edit over the input.
          </p>
        )}
        <ul aria-label={`Edits of ${regionTitle(region)}`}>
          {[...mine].reverse().map((layer) => (
            <EditRow key={layer.id} layer={layer} {...props} />
          ))}
        </ul>
      </div>
    </>
  )
}

function EditRow({ layer, mask, layers, selected, onSelected }: RegionsPanelProps & { layer: MaskLayer }) {
  const on = selected === layer.id
  const list = layers.value
  const at = list.findIndex(({ id }) => id === layer.id)
  const remove = () => {
    layers.change(removeMaskLayer(list, layer.id))
    if (on) onSelected(undefined)
  }
  return (
    <ContextMenu
      entries={[
        {
          label: 'Up',
          icon: ArrowUp,
          disabled: at === list.length - 1,
          onSelect: () => layers.change(moveMaskLayer(list, layer.id, at + 1)),
        },
        {
          label: 'Down',
          icon: ArrowDown,
          disabled: at === 0,
          onSelect: () => layers.change(moveMaskLayer(list, layer.id, at - 1)),
        },
        '-',
        { label: 'Delete', icon: Trash2, danger: true, keys: 'Del', onSelect: remove },
      ]}
    >
      <li
        className={classNames(
          'flex h-9 items-center gap-2 pr-2 pl-3',
          on ? 'bg-active' : 'hover:bg-hover',
          !layer.enabled && 'text-text-3',
        )}
      >
        <button
          type="button"
          aria-pressed={on}
          className="min-w-0 flex-1 cursor-default text-left"
          onClick={() => onSelected(on ? undefined : layer.id)}
        >
          <span className="block truncate">{maskLayerTitle(layer)}</span>
          <span className="block truncate text-11 text-text-3">
            {sayRange(layer, mask.frames)}
            {isShape(layer) &&
              layer.keys.length > 0 &&
              ` · ${layer.keys.length} ${layer.keys.length === 1 ? 'key' : 'keys'}`}
          </span>
        </button>
        <IconButton
          icon={layer.enabled ? Eye : EyeOff}
          label={layer.enabled ? 'Switch the edit off' : 'Switch the edit on'}
          size="small"
          onClick={() =>
            layers.change(replaceMaskLayer(list, layer.id, (one) => ({ ...one, enabled: !one.enabled })))
          }
        />
        <IconButton icon={Trash2} label="Delete the edit" size="small" onClick={remove} />
      </li>
    </ContextMenu>
  )
}

function NewRegion({ taken, onName }: { taken: readonly string[]; onName(name: string | undefined): void }) {
  const [problem, setProblem] = useState<string>()
  const read = (text: string) => {
    const name = text.trim()
    if (name === '') return onName(undefined)
    if (taken.includes(name)) return setProblem(`There is a region "${name}" already.`)
    if (!isRegionName(name)) return setProblem('1 to 40 letters, digits, spaces, - and _.')
    onName(name)
  }
  return (
    <li className="px-3 py-2">
      <input
        // biome-ignore lint/a11y/noAutofocus: the plus was just pressed to type it
        autoFocus
        aria-label="Name of the region"
        placeholder="Backdrop"
        maxLength={40}
        className="h-7 w-full rounded-2 bg-field px-2 inset-line-accent"
        onBlur={(event) => read(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') read(event.currentTarget.value)
          if (event.key === 'Escape') onName(undefined)
        }}
      />
      {problem && <p className="mt-1 text-11 text-err">{problem}</p>}
    </li>
  )
}
