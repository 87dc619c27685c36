'use client'
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
} from 'react'
import { useScrub } from '../stages/use-scrub'
import { playedRange, transport, useTransport } from '../state/transport'
import { following, panned, type Span, useDockView, viewOf, zoomed } from './dock-view'
import { paintRuler } from './paint-tracks'
import { TrackCanvas } from './track-canvas'

const RULER = 18
/** A scrub is drawn to an onset from this far, px. */
const SNAP_PX = 6

/** Ruler and tracks on one time axis: scrub, zoom about the pointer, loop range, playhead. */
export function TimeArea({ children, onsets }: { children: ReactNode; onsets: readonly number[] }) {
  const area = useRef<HTMLDivElement>(null)
  const snap = useDockView((view) => view.snap)
  const frames = useTransport((state) => state.frames)
  const scrub = useScrub((clientX) => {
    const { fps } = transport.store.getState()
    const frame = frameAtX(area.current, clientX)
    return (snap ? snapped(frame, onsets, area.current) : frame) / fps + 1e-6
  })
  useZoomAndPan(area)
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 border-line-1 border-t">
        <div className="w-(--track-label-w) shrink-0 border-line-1 border-r" />
        <div className="min-w-0 flex-1">
          <TrackCanvas paint={paintRuler} height={RULER} label="Frames" />
        </div>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden">{children}</div>
      <div
        ref={area}
        role="slider"
        aria-label="Play position"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, frames - 1)}
        aria-valuenow={0}
        tabIndex={0}
        onKeyDown={onArrow}
        data-dock-time
        className="absolute inset-y-0 right-0 left-(--track-label-w) cursor-ew-resize touch-none overflow-hidden"
        {...scrub}
      >
        <LoopRange area={area} />
        <Playhead area={area} />
      </div>
    </div>
  )
}

const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: 10,
  PageDown: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

function onArrow(event: KeyboardEvent): void {
  const step = STEPS[event.key]
  if (step === undefined) return
  event.preventDefault()
  const { frame, frames } = transport.store.getState()
  transport.pause()
  transport.seek(Math.max(0, Math.min(frames - 1, frame + step)))
}

/** Frames (fractional) of the transport under a pointer. */
function frameAtX(area: HTMLElement | null, clientX: number): number {
  const { frames } = transport.store.getState()
  const view = viewOf(useDockView.getState().span, frames)
  if (!area) return view.from
  const { left, width } = area.getBoundingClientRect()
  const frame = view.from + ((clientX - left) / width) * (view.to - view.from)
  return Math.max(0, Math.min(frames - 0.001, frame))
}

function snapped(frame: number, onsets: readonly number[], area: HTMLElement | null): number {
  const { span } = useDockView.getState()
  const view = viewOf(span, transport.store.getState().frames)
  const reach = (SNAP_PX * (view.to - view.from)) / (area?.clientWidth || 1)
  let nearest = frame
  for (const onset of onsets) {
    if (
      Math.abs(onset + 0.5 - frame) <=
      Math.min(reach + 0.5, Math.abs(nearest - frame) || Number.POSITIVE_INFINITY)
    )
      nearest = onset
  }
  return nearest
}

function useZoomAndPan(area: RefObject<HTMLDivElement | null>) {
  useEffect(() => {
    const element = area.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      const { frames } = transport.store.getState()
      const { span } = useDockView.getState()
      if (frames === 0) return
      const view = viewOf(span, frames)
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault() // the page would zoom
        const at = frameAtX(element, event.clientX)
        return useDockView.setState({ span: zoomed(span, frames, at, Math.exp(-event.deltaY / 240)) })
      }
      const sideways = event.shiftKey ? event.deltaY : event.deltaX
      if (sideways === 0 || !span) return
      event.preventDefault()
      const by = (sideways * (view.to - view.from)) / element.clientWidth
      useDockView.setState({ span: panned(span, frames, by) })
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [area])
}

const xOf = (frame: number, view: Span, width: number) =>
  ((frame - view.from) / (view.to - view.from)) * width

/** The azure line with its frame number; turns the page when it leaves the part in view. Moved outside React. */
function Playhead({ area }: { area: RefObject<HTMLDivElement | null> }) {
  const head = useRef<HTMLDivElement>(null)
  const number = useRef<HTMLSpanElement>(null)
  const span = useDockView((view) => view.span)
  const frames = useTransport((state) => state.frames)
  useEffect(() => {
    const element = area.current
    if (!element) return
    let width = element.clientWidth // asked for only when it changes: asking lays the page out
    const move = (frame: number) => {
      const { playing } = transport.store.getState()
      const followed = playing ? following(span, frames, frame) : span
      if (followed !== span) return useDockView.setState({ span: followed })
      const x = xOf(frame + 0.5, viewOf(span, frames), width)
      if (head.current) head.current.style.transform = `translateX(${x}px)`
      if (number.current) number.current.textContent = String(frame)
      element.setAttribute('aria-valuenow', String(frame))
      element.setAttribute('aria-valuetext', `Frame ${frame}`)
    }
    move(transport.store.getState().frame)
    const resized = new ResizeObserver(() => {
      width = element.clientWidth
      move(transport.store.getState().frame)
    })
    resized.observe(element)
    const stop = transport.onFrame(move)
    return () => {
      resized.disconnect()
      stop()
    }
  }, [area, span, frames])
  if (frames === 0) return null
  return (
    <div ref={head} aria-hidden className="pointer-events-none absolute inset-y-0 left-0 z-1 w-0">
      <div className="absolute inset-y-0 -left-[0.75px] w-[1.5px] bg-accent" />
      <span
        ref={number}
        className="absolute top-0.5 -translate-x-1/2 rounded-1 bg-accent px-1.5 font-strong text-10 text-accent-ink tabular-nums leading-[14px]"
      />
    </div>
  )
}

/** What is repeated, with a handle at each end. */
function LoopRange({ area }: { area: RefObject<HTMLDivElement | null> }) {
  const span = useDockView((view) => view.span)
  const frames = useTransport((state) => state.frames)
  const from = useTransport((state) => state.in)
  const out = useTransport((state) => state.out)
  const loop = useTransport((state) => state.loop)
  if (frames === 0 || (from === null && out === null)) return null
  const { first, last } = playedRange(transport.store.getState())
  const view = viewOf(span, frames)
  const percent = (frame: number) => ((frame - view.from) / (view.to - view.from)) * 100
  const edge = (side: 'in' | 'out') => ({
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      event.stopPropagation()
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
      const at = Math.round(frameAtX(area.current, event.clientX))
      if (side === 'in') transport.setRange(Math.min(at, last), out)
      else transport.setRange(from, Math.max(first, at - 1))
    },
  })
  const handle = 'absolute inset-y-0 w-2 cursor-col-resize bg-accent'
  return (
    <>
      <div
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-0 bg-app/45"
        style={{ width: `${Math.max(0, percent(first))}%` }}
      />
      <div
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-0 bg-app/45"
        style={{ left: `${Math.max(0, percent(last + 1))}%` }}
      />
      <div
        className={`absolute top-0 rounded-1 ${loop ? 'bg-accent/30' : 'bg-line-3/30'}`}
        style={{ left: `${percent(first)}%`, width: `${percent(last + 1) - percent(first)}%`, height: RULER }}
      >
        <div className={`${handle} left-0 rounded-l-1`} title="Loop in  I" {...edge('in')} />
        <div className={`${handle} right-0 rounded-r-1`} title="Loop out  O" {...edge('out')} />
      </div>
    </>
  )
}
