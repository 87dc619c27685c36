'use client'
import { type PointerEvent, useRef } from 'react'
import { setLayer } from './layer-list'
import { usePoseSession } from './session'
import { Row, usePlaces } from './timeline-row'

/** Where the selected layer counts: drag an end, or the bar. */
export function LayerRangeRow() {
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
