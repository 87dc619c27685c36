'use client'
import { create } from 'zustand'

/** Frames in view at most zoomed in. */
const FEWEST = 8

/** Part of the clip that ruler and tracks show, in frames. */
export interface Span {
  from: number
  to: number
}

export interface DockView {
  /** null: the whole clip. */
  span: Span | null
  /** A scrub stops at onsets. */
  snap: boolean
  open: boolean
  height: number
}

export const DOCK = { height: 220, collapsed: 36, least: 120, most: 420 }

const STORED = 'mmgt.dock'

const INITIAL = { open: true, height: DOCK.height, snap: false }

/** Height for this window: a low one keeps most of itself for the canvas. */
export const usualHeight = (): number => (innerHeight < 800 ? 180 : innerHeight > 1000 ? 260 : DOCK.height)

/** How this device had the dock the last time. */
export function remembered(): Pick<DockView, 'open' | 'height' | 'snap'> {
  try {
    const { open, height, snap } = JSON.parse(localStorage.getItem(STORED) ?? '{}') as Partial<DockView>
    return {
      // A low window starts with the dock closed; whoever opened it finds it open.
      open: open ?? innerHeight >= 800,
      height: typeof height === 'number' ? clampHeight(height) : usualHeight(),
      snap: snap === true,
    }
  } catch {
    return INITIAL // the entry was written by something else
  }
}

export const clampHeight = (height: number): number => Math.max(DOCK.least, Math.min(DOCK.most, height))

export const useDockView = create<DockView>(() => ({ span: null, ...INITIAL }))

useDockView.subscribe(({ open, height, snap }, before) => {
  if (open === before.open && height === before.height && snap === before.snap) return
  localStorage.setItem(STORED, JSON.stringify({ open, height, snap }))
})

/** The part in view of a clip of `frames`. */
export const viewOf = (span: Span | null, frames: number): Span =>
  span ?? { from: 0, to: Math.max(1, frames) }

/** Zooms so that what is at `at` (frames) stays where it is. `factor` > 1 goes in. The whole clip is null. */
export function zoomed(span: Span | null, frames: number, at: number, factor: number): Span | null {
  const { from, to } = viewOf(span, frames)
  const length = Math.max(Math.min(FEWEST, frames), (to - from) / factor)
  if (length >= frames) return null
  const start = at - ((at - from) / (to - from)) * length
  return kept({ from: start, to: start + length }, frames)
}

/** Moved by `by` frames, not over the ends. */
export function panned(span: Span | null, frames: number, by: number): Span | null {
  return span && kept({ from: span.from + by, to: span.to + by }, frames)
}

/** A span that follows the playhead by turning the page when it has left. */
export function following(span: Span | null, frames: number, frame: number): Span | null {
  if (!span || (frame >= span.from && frame < span.to)) return span
  const length = span.to - span.from
  return kept({ from: frame - length * 0.1, to: frame + length * 0.9 }, frames)
}

function kept({ from, to }: Span, frames: number): Span {
  const length = to - from
  const start = Math.max(0, Math.min(frames - length, from))
  return { from: start, to: start + length }
}

/** Frames between labelled ticks, so that labels have `least` px of room. */
export function tickStep(framesPerPixel: number, least = 44): number {
  const wanted = framesPerPixel * least
  for (const step of [1, 2, 5, 10, 25, 50, 125, 250, 500, 1_250, 2_500, 5_000, 12_500]) {
    if (step >= wanted) return step
  }
  return 25_000
}
