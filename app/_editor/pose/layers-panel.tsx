'use client'
import { Eye, EyeOff, Lock, Plus } from 'lucide-react'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { Menu } from '../../_ui/menu'
import { NumberField } from '../../_ui/number-field'
import { PanelTitle, Swatch } from '../full-screen/section'
import { partAmplitude, setPartAmplitude } from './layer-list'
import { LayerRow } from './layer-row'
import { newLayerEntries } from './new-layer'
import { POSE_PARTS } from './parts'
import { usePoseSession } from './session'

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
