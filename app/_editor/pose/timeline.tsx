'use client'
import { Diamond, Mic } from 'lucide-react'
import { type PointerEvent, type ReactNode, useCallback, useRef, useState } from 'react'
import { EASES } from '../../../nodes/lib/pose/edit-layers'
import { Button } from '../../_ui/button'
import { classNames } from '../../_ui/class-names'
import { Kbd } from '../../_ui/kbd'
import { Popover } from '../../_ui/popover'
import { Segment } from '../../_ui/segment'
import { useDockView, viewOf } from '../dock/dock-view'
import { paintSpeech } from '../dock/paint-tracks'
import { TimeArea } from '../dock/time-area'
import { TrackCanvas, type TrackPaint } from '../dock/track-canvas'
import { TransportBar } from '../dock/transport-bar'
import { Swatch } from '../full-screen/section'
import { strokeCurve } from '../stages/motion-curves'
import { transport, useTransport } from '../state/transport'
import { EaseCurve } from './ease-curve'
import { EASE_LABELS } from './easing-section'
import { easeAt, keyFramesOf, moveKeys, removeKeys, setEase } from './key-edits'
import { partAmplitude, setLayer } from './layer-list'
import { type Part, POSE_PARTS } from './parts'
import { keySelected } from './pose-actions'
import { usePoseSession } from './session'

/** Rows that are there before anything is edited. */
const USUAL_ROWS = new Set<string>(['head', 'rightArm', 'rightHand', 'leftArm', 'leftHand'])

/** Transport, and a row for every part: its keys in the selected layer over the way it goes. */
export function PoseTimeline() {
  const session = usePoseSession()
  const { view, subject, layers } = session
  const open = useDockView((dock) => dock.open)
  const layer = layers.value.find(({ id }) => id === view.layer)
  const onsets = subject.onsets ?? []
  return (
    <section
      aria-label="Timeline"
      className="flex flex-col border-line-1 border-t bg-panel"
      style={{ height: open ? 'min(284px, 34dvh)' : 36 }}
    >
      <TransportBar>
        <Button
          kind="default"
          icon={Diamond}
          size="small"
          className="mr-2"
          disabled={view.parts.length === 0}
          onClick={() => keySelected(session)}
        >
          Keyframe <Kbd keys="K" />
        </Button>
        <Segment
          label="What the rows show"
          value={view.rows}
          className="mr-2 h-6!"
          options={[
            { value: 'keys', label: 'Keys' },
            { value: 'curves', label: 'Curves' },
          ]}
          onChange={(rows) => session.show({ rows })}
        />
      </TransportBar>
      {open && (
        <TimeArea onsets={onsets}>
          {layer && <RangeRow />}
          {subject.audio && <SpeechRow />}
          {POSE_PARTS.filter(
            ({ id }) =>
              USUAL_ROWS.has(id) ||
              view.rows === 'curves' ||
              view.parts.includes(id) ||
              keyFramesOf(layer, id).length > 0 ||
              partAmplitude(layers.value, id) !== 1,
          ).map((part) => (
            <PartRow key={part.id} part={part} />
          ))}
        </TimeArea>
      )}
    </section>
  )
}

function Row({
  height,
  label,
  on,
  onClick,
  children,
}: {
  height: number
  label: ReactNode
  on?: boolean
  onClick?: () => void
  children: ReactNode
}) {
  return (
    <div className="flex border-line-1 border-t" style={{ height }}>
      <button
        type="button"
        tabIndex={onClick ? 0 : -1}
        className={classNames(
          'flex w-(--track-label-w) flex-none cursor-default items-center gap-2 overflow-hidden border-line-1 border-r pr-2 pl-3 text-left text-11',
          on ? 'bg-active font-strong' : 'text-text-2',
        )}
        onClick={onClick}
      >
        {label}
      </button>
      <div className="relative min-w-0 flex-1 bg-field">{children}</div>
    </div>
  )
}

function SpeechRow() {
  const { subject } = usePoseSession()
  const { audio, onsets } = subject
  const paint = useCallback(
    (target: TrackPaint) => audio && paintSpeech(target, audio, onsets ?? []),
    [audio, onsets],
  )
  return (
    <Row
      height={46}
      label={
        <>
          <Mic size={13} strokeWidth={1.75} className="text-text-3" aria-hidden />
          Speech
        </>
      }
    >
      <TrackCanvas paint={paint} height={45} label="Speech" />
    </Row>
  )
}

/** Percent of the row at which a frame (fractional) lies. */
function usePlaces() {
  const span = useDockView((dock) => dock.span)
  const frames = useTransport((state) => state.frames)
  const { from, to } = viewOf(span, frames)
  return {
    last: Math.max(0, frames - 1),
    percent: (frame: number) => ((frame - from) / (to - from)) * 100,
    frameAt: (element: Element | null, clientX: number) => {
      const rect = element?.getBoundingClientRect()
      const share = rect ? (clientX - rect.left) / rect.width : 0
      return Math.max(0, Math.min(frames - 1, Math.floor(from + share * (to - from))))
    },
  }
}

/** Where the selected layer counts: drag an end, or the bar. */
function RangeRow() {
  const session = usePoseSession()
  const { layers, view, edited } = session
  const row = useRef<HTMLDivElement>(null)
  const places = usePlaces()
  const layer = layers.value.find(({ id }) => id === view.layer)
  if (!layer) return null
  const end = Math.min(layer.to ?? edited.frames, edited.frames)
  const left = places.percent(layer.from)
  const width = places.percent(end) - left
  const share = (frames: number) => Math.min(50, (frames / Math.max(1, end - layer.from)) * 100)
  const shape = `polygon(0 100%, ${share(layer.fadeIn)}% 0, ${100 - share(layer.fadeOut)}% 0, 100% 100%)`
  const drag = (side: 'from' | 'to' | 'both') => (event: PointerEvent<HTMLDivElement>) => {
    event.stopPropagation()
    const element = event.currentTarget
    element.setPointerCapture(event.pointerId)
    const start = places.frameAt(row.current, event.clientX)
    const before = layers.value
    const move = (next: globalThis.PointerEvent) => {
      const at = places.frameAt(row.current, next.clientX)
      const length = end - layer.from
      const values =
        side === 'from'
          ? { from: Math.min(at, end - 1) }
          : side === 'to'
            ? { to: at >= edited.frames - 1 ? null : Math.max(layer.from + 1, at + 1) }
            : shiftedRange(layer.from + at - start, length, edited.frames)
      layers.hold(setLayer(before, layer.id, values))
    }
    const stop = () => {
      element.removeEventListener('pointermove', move)
      layers.release()
    }
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', stop, { once: true })
  }
  return (
    <Row height={20} label={<span className="text-text-3">Layer range</span>}>
      <div ref={row} className="absolute inset-0 overflow-hidden">
        <div
          className="absolute inset-y-1 z-[1] cursor-grab bg-accent/55"
          style={{ left: `${left}%`, width: `${width}%`, clipPath: shape }}
          onPointerDown={drag('both')}
          title={`f ${layer.from} – ${end - 1}`}
        />
        <div
          className="absolute inset-y-0 z-[1] w-2 -translate-x-1 cursor-col-resize border-accent border-x-2"
          style={{ left: `${left}%` }}
          onPointerDown={drag('from')}
        />
        <div
          className="absolute inset-y-0 z-[1] w-2 -translate-x-1 cursor-col-resize border-accent border-x-2"
          style={{ left: `${left + width}%` }}
          onPointerDown={drag('to')}
        />
      </div>
    </Row>
  )
}

function shiftedRange(wanted: number, length: number, frames: number) {
  const from = Math.max(0, Math.min(frames - length, wanted))
  return { from, to: from + length >= frames ? null : from + length }
}

function PartRow({ part }: { part: Part }) {
  const session = usePoseSession()
  const { view, layers } = session
  const row = useRef<HTMLDivElement>(null)
  const on = view.parts.includes(part.id)
  const layer = layers.value.find(({ id }) => id === view.layer)
  const keys = keyFramesOf(layer, part.id)
  const tall = on || view.rows === 'curves'
  const factor = partAmplitude(layers.value, part.id)
  return (
    <Row
      height={tall ? 48 : 24}
      on={on}
      onClick={() => session.show({ parts: [part.id] })}
      label={
        <>
          <Swatch colour={part.colour} />
          {part.label}
          <span className="ml-auto text-10 text-text-3">{factor === 1 ? '' : `× ${factor.toFixed(2)}`}</span>
        </>
      }
    >
      {tall && <Curve part={part} />}
      <div ref={row} className="pointer-events-none absolute inset-0 overflow-hidden">
        {keys.length > 1 && <HeldSpan from={keys[0]} to={keys[keys.length - 1]} />}
        {layer &&
          keys.map((frame, i) => (
            // By its place in the row: a key that is moved stays what has the focus.
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <Key key={i} part={part} frame={frame} layer={layer.id} row={row} />
          ))}
      </div>
    </Row>
  )
}

function HeldSpan({ from, to }: { from: number; to: number }) {
  const { percent } = usePlaces()
  return (
    <i
      className="absolute top-1/2 h-px bg-text-3"
      style={{ left: `${percent(from + 0.5)}%`, width: `${percent(to) - percent(from)}%` }}
    />
  )
}

/** A keyframe: drag moves, Alt-drag copies, double-click opens its easing, Delete takes it away. */
function Key({
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

/** The height of what the part is followed by: edited as a line, the input dashed. */
function Curve({ part }: { part: Part }) {
  const { edited, subject } = usePoseSession()
  const paint = useCallback(
    ({ context: g, height, ratio, x }: TrackPaint) => {
      const read = ({ data, frames }: typeof edited) =>
        Float32Array.from({ length: frames }, (_, f) => {
          const at = (f * 134 + part.tracked) * 3
          return data[at + 2] >= 0.3 ? -data[at + 1] : Number.NaN
        })
      const [after, before] = [read(edited), read(subject.input)]
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const curve of [after, before]) {
        for (const v of curve) {
          if (v < low) low = v
          if (v > high) high = v
        }
      }
      const room = Math.max(12, high - low) // a still head is a line, not noise
      const scaled = (curve: Float32Array) => curve.map((v) => 0.5 + (v - (low + high) / 2) / room)
      const box = { top: 6 * ratio, height: height - 12 * ratio }
      const place = (f: number) => x(f + 0.5)
      g.lineJoin = 'round'
      g.strokeStyle = part.colour
      g.globalAlpha = 0.6
      g.lineWidth = ratio
      g.setLineDash([4 * ratio, 3 * ratio])
      strokeCurve(g, scaled(before), place, box)
      g.setLineDash([])
      g.globalAlpha = 1
      g.lineWidth = 1.8 * ratio
      strokeCurve(g, scaled(after), place, box)
    },
    [part, edited, subject.input],
  )
  return <TrackCanvas paint={paint} height={47} label={`Way of ${part.label}`} />
}
