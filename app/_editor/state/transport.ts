'use client'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { AudioValue } from '../../../nodes/core/values'
import { FrameLoop, type LoopClock, type Painter } from './frame-loop'
import { type SoundOutput, webAudioOutput } from './sound-output'

export interface TransportState {
  fps: number
  /** Frames of the clip; 0 when there is none. */
  frames: number
  /** The frame that is shown, from 0. */
  frame: number
  playing: boolean
  loop: boolean
  /** First and last frame of the range that is played; null for the ends of the clip. */
  in: number | null
  out: number | null
  muted: boolean
  /** 1 is real time. */
  speed: number
}

export const SPEEDS = [0.25, 0.5, 1, 2] as const

/** Frames `[first, last]` that are played. */
export const playedRange = ({ frames, in: from, out }: TransportState): { first: number; last: number } => ({
  first: from ?? 0,
  last: Math.max(from ?? 0, out ?? frames - 1),
})

/**
 * Where the play position is `elapsed` seconds after it was at `from` (frames, fractional).
 *
 * @returns the position, or `ended` when it ran out of the range
 */
export function positionAfter(
  state: TransportState,
  from: number,
  elapsedSeconds: number,
): { position: number; ended: boolean } {
  const { first, last } = playedRange(state)
  const position = from + elapsedSeconds * state.fps * state.speed
  const end = last + 1
  if (position < end) return { position, ended: false }
  if (!state.loop) return { position: last, ended: true }
  return { position: first + ((position - first) % (end - first)), ended: false }
}

export function createTransport(sound: SoundOutput, clock: LoopClock) {
  const store = createStore<TransportState>(() => ({
    fps: 25,
    frames: 0,
    frame: 0,
    playing: false,
    loop: true,
    in: null,
    out: null,
    muted: false,
    speed: 1,
  }))
  const listeners = new Set<(frame: number) => void>()
  /** Frames of the marks (onsets), rising. */
  let marks: readonly number[] = []
  let anchor = { position: 0, at: 0 }

  const loop = new FrameLoop(clock, () => {
    const state = store.getState()
    if (state.playing) advance(state)
    const { frame, playing } = store.getState()
    return { frame, goOn: playing }
  })

  /**
   * The sound is the clock. Where there is none, or a device whose clock stands still, the time of the page goes on
   * from the same start.
   */
  const elapsed = () => sound.elapsedSeconds() ?? (clock.now() - anchor.at) / 1000

  function advance(state: TransportState): void {
    const { position, ended } = positionAfter(state, anchor.position, elapsed())
    show(Math.floor(position))
    if (ended) pause()
  }

  function show(frame: number): void {
    if (frame === store.getState().frame) return
    store.setState({ frame })
    for (const listener of listeners) listener(frame)
    loop.invalidateAll('moving')
  }

  function start(position: number): void {
    const state = store.getState()
    const { first, last } = playedRange(state)
    anchor = { position, at: clock.now() }
    sound.start({
      fromSeconds: position / state.fps,
      speed: state.speed,
      loop: state.loop ? { fromSeconds: first / state.fps, toSeconds: (last + 1) / state.fps } : null,
    })
    loop.wake()
  }

  /** After a change of what or how is played: go on from the frame that is shown. */
  function restart(): void {
    if (store.getState().playing) start(store.getState().frame)
  }

  function play(): void {
    const state = store.getState()
    if (state.playing || state.frames === 0) return
    const { first, last } = playedRange(state)
    const atEnd = state.frame >= last && last > first
    const outside = state.loop && (state.frame < first || state.frame > last)
    if (atEnd || outside) show(first)
    store.setState({ playing: true })
    start(store.getState().frame)
  }

  function pause(): void {
    if (!store.getState().playing) return
    sound.stop()
    store.setState({ playing: false })
    loop.wake()
  }

  function seek(frame: number): void {
    const { frames } = store.getState()
    if (frames === 0) return
    show(Math.max(0, Math.min(frames - 1, Math.round(frame))))
    restart()
  }

  function step(by: number): void {
    pause()
    seek(store.getState().frame + by)
  }

  function setRange(from: number | null, out: number | null): void {
    store.setState({ in: from, out })
    restart()
  }

  return {
    store,
    play,
    pause,
    seek,
    step,
    toggle: () => (store.getState().playing ? pause() : play()),
    /** To the mark before or after the frame that is shown; stays where there is none. */
    stepToMark(direction: 1 | -1) {
      const { frame } = store.getState()
      const next = direction > 0 ? marks.find((m) => m > frame) : marks.findLast((m) => m < frame)
      if (next === undefined) return
      pause()
      seek(next)
    },
    toggleLoop() {
      store.setState({ loop: !store.getState().loop })
      restart()
    },
    /** The frame that is shown becomes the first of the range; a second time takes it away. */
    setIn() {
      const { frame, in: from, out } = store.getState()
      setRange(from === frame ? null : frame, out !== null && out <= frame ? null : out)
    },
    setOut() {
      const { frame, in: from, out } = store.getState()
      setRange(from !== null && from >= frame ? null : from, out === frame ? null : frame)
    },
    setRange,
    setMuted(muted: boolean) {
      store.setState({ muted })
      sound.setMuted(muted)
    },
    setSpeed(speed: number) {
      store.setState({ speed })
      restart()
    },
    setMarks(next: readonly number[]) {
      marks = next
    },
    /** What is played. Position and range stay as far as they fit. */
    setClip({ frames, fps }: { frames: number; fps: number }, audio: AudioValue | undefined) {
      const state = store.getState()
      const keep = (at: number | null) => (at !== null && at < frames ? at : null)
      if (frames === 0) pause()
      sound.load(audio, frames / fps)
      store.setState({ frames, fps, in: keep(state.in), out: keep(state.out) })
      show(Math.max(0, Math.min(state.frame, frames - 1)))
      restart()
      loop.invalidateAll('all')
    },
    /** Called with every new frame, before anything is painted. For what is cheap and must never lag. */
    onFrame(listener: (frame: number) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** For pictures: drawn in the shared loop, under its budget. */
    /** After a zoom: canvases take the resolution that they are seen at. */
    repaint: () => loop.invalidateAll('all'),
    addPainter: (paint: (frame: number) => void, opts?: { still?: boolean }): Painter =>
      loop.addPainter(paint, opts),
  }
}

/** The one transport of the page. */
export const transport = createTransport(webAudioOutput(), {
  now: () => performance.now(),
  requestFrame: (callback) => requestAnimationFrame(callback),
})

export const useTransport = <T>(selector: (state: TransportState) => T): T =>
  useStore(transport.store, selector)
