'use client'
import { ChevronDown, ChevronUp, Copy, Eye, EyeOff, Trash2 } from 'lucide-react'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { regionCss } from '../../_lib/values/region-colours'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { PanelTitle, Swatch } from '../full-screen/section'
import { duplicateLayer, holdsAt, moveLayer, sayLayer, sayRange } from './mask-edits'

/** The edits in the order in which they apply, the last one on top. */
export function LayerList({
  layers,
  regions,
  frame,
  selected,
  onSelect,
  onChange,
}: {
  layers: readonly MaskLayer[]
  regions: readonly string[]
  frame: number
  selected: string | undefined
  onSelect(id: string | undefined): void
  onChange(layers: MaskLayer[]): void
}) {
  const at = layers.findIndex(({ id }) => id === selected)
  return (
    <section aria-label="Edits" className="border-line-1 border-t">
      <PanelTitle
        title="Edits"
        end={
          at >= 0 && (
            <>
              <IconButton
                icon={ChevronUp}
                label="Apply later"
                size="small"
                disabled={at === layers.length - 1}
                onClick={() => onChange(moveLayer(layers, at, at + 1))}
              />
              <IconButton
                icon={ChevronDown}
                label="Apply earlier"
                size="small"
                disabled={at === 0}
                onClick={() => onChange(moveLayer(layers, at, at - 1))}
              />
              <IconButton
                icon={Copy}
                label="Duplicate"
                size="small"
                onClick={() => onChange(duplicateLayer(layers, layers[at].id))}
              />
              <IconButton
                icon={Trash2}
                label="Delete"
                keys="Del"
                size="small"
                onClick={() => {
                  onChange(layers.filter((_, i) => i !== at))
                  onSelect(undefined)
                }}
              />
            </>
          )
        }
      />
      {layers.length === 0 && (
        <p className="px-3 pb-3 text-11 text-text-3">
          Nothing edited yet. Paint on the picture, or grow and feather a region on the right. The mask that
          comes in stays as it is.
        </p>
      )}
      <ul>
        {layers.toReversed().map((layer) => (
          <li
            key={layer.id}
            className={classNames(
              'flex h-9 items-center pr-2',
              layer.id === selected && 'bg-active',
              !(layer.enabled && holdsAt(layer, frame)) && 'opacity-60',
            )}
          >
            <button
              type="button"
              aria-pressed={layer.id === selected}
              className="flex h-full min-w-0 flex-1 cursor-default items-center gap-2.5 px-3 text-left"
              onClick={() => onSelect(layer.id === selected ? undefined : layer.id)}
            >
              <Swatch colour={regionCss(layer.region, regions)} />
              <span className="min-w-0 flex-1 truncate">{sayLayer(layer)}</span>
              <span className="flex-none text-11 text-text-3">{sayRange(layer)}</span>
            </button>
            <IconButton
              icon={layer.enabled ? Eye : EyeOff}
              label={layer.enabled ? 'Switch this edit off' : 'Switch this edit on'}
              size="small"
              onClick={() =>
                onChange(
                  layers.map((other) =>
                    other.id === layer.id ? { ...other, enabled: !other.enabled } : other,
                  ),
                )
              }
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
