'use client'
import { useState } from 'react'
import { EASES } from '../../../nodes/lib/pose/edit-layers'
import { classNames } from '../../_ui/class-names'
import { Popover } from '../../_ui/popover'
import { transport, useTransport } from '../state/transport'
import { EaseCurve } from './ease-curve'
import { EASE_LABELS } from './easing-section'
import { easeAt, moveKeys, removeKeys, setEase } from './key-edits'
import type { Part } from './parts'
import { usePoseSession } from './session'
import { usePlaces } from './timeline-row'

/** A keyframe: drag moves, Alt-drag copies, double-click opens its easing, Delete takes it away. */
export function TimelineKey({
  part,
  frame,
  layer,
  row,
}: {
  part: Part
  frame: number
  layer: string
  row: React.RefObject<HTMLDivElement | null>
}) {
  const session = usePoseSession()
  const { layers } = session
  const { percent, frameAt, last } = usePlaces()
  const [to, setTo] = useState<number | null>(null)
  const [open, setOpen] = useState(false)
  const here = useTransport((state) => state.frame === frame)
  const one = layers.value.find(({ id }) => id === layer)
  const ease = easeAt(one, part.id, frame) ?? 'ease-in-out'
  const finish = (at: number | null, copy: boolean) => {
    setTo(null)
    if (at !== null && at !== frame) layers.change(moveKeys(layers.value, layer, part.id, frame, at, copy))
    else transport.seek(frame)
  }
  const diamond = (
    <button
      type="button"
      aria-label={`${part.label}, keyframe at ${frame}`}
      className={classNames(
        'pointer-events-auto absolute top-1/2 z-[1] size-[9px] -translate-x-1/2 -translate-y-1/2 rotate-45 cursor-default before:absolute before:-inset-1.5',
        here ? 'bg-accent' : 'bg-text-1',
      )}
      style={{ left: `${percent((to ?? frame) + 0.5)}%` }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) =>
        event.currentTarget.hasPointerCapture(event.pointerId) &&
        event.buttons === 1 &&
        setTo(frameAt(row.current, event.clientX))
      }
      onPointerUp={(event) => finish(to, event.altKey)}
      onClick={(event) => event.preventDefault()}
      onDoubleClick={() => setOpen(true)}
      data-own-keys="arrowleft arrowright alt+arrowleft alt+arrowright delete backspace enter"
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
        if (by) finish(Math.max(0, Math.min(last, frame + by)), event.altKey)
        else if (event.key === 'Delete' || event.key === 'Backspace')
          layers.change(removeKeys(layers.value, layer, part.id, frame))
        else if (event.key === 'Enter') setOpen(true)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    />
  )
  if (!open) return diamond
  return (
    <Popover
      trigger={diamond}
      label={`Easing from frame ${frame}`}
      side="top"
      open
      onOpenChange={setOpen}
      className="p-2"
    >
      <div className="flex gap-2">
        <EaseCurve ease={ease} />
        <div className="grid">
          {EASES.map((name) => (
            <button
              key={name}
              type="button"
              className={classNames(
                'h-6 cursor-default rounded-2 px-2 text-left text-11',
                name === ease ? 'bg-active font-strong' : 'hover:bg-hover',
              )}
              onClick={() => layers.change(setEase(layers.value, layer, part.id, frame, name))}
            >
              {EASE_LABELS[name]}
            </button>
          ))}
        </div>
      </div>
    </Popover>
  )
}
