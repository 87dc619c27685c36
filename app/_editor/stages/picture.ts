import type { ArtifactSource } from '../../_lib/values/artifact-source'

/** What a picture is painted on. All lengths are device pixels. */
export interface PaintTarget {
  context: CanvasRenderingContext2D
  width: number
  height: number
  /** Device pixels of one CSS pixel as it is seen, zoom included. */
  ratio: number
}

export interface Moment {
  /** Of the transport, from 0. */
  frame: number
  fps: number
  playing: boolean
}

/** Something a stage can show. */
export interface Picture {
  /** width / height of what is shown; undefined fills the stage. */
  readonly aspect?: number
  /** Frames and rate; absent for what does not move. */
  readonly clip?: { frames: number; fps: number }
  /** Whether it can be painted now; when not, it asks for another paint as soon as it can. */
  ready(moment: Moment): boolean
  /** Only when `ready`. */
  paint(target: PaintTarget, moment: Moment): void
}

export interface PictureContext {
  source: ArtifactSource
  /** Ends when the stage goes. */
  signal: AbortSignal
  /** Width of the stage in device pixels: what is decoded need not be larger. */
  wantedWidth: number
  /** To be painted again. */
  changed(): void
  failed(error: unknown): void
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** The largest rectangle of this aspect in the middle of the target, whole pixels. */
export function containRect({ width, height }: { width: number; height: number }, aspect?: number): Rect {
  if (!aspect) return { x: 0, y: 0, width, height }
  const w = Math.min(width, Math.round(height * aspect))
  const h = Math.min(height, Math.round(width / aspect))
  return { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h }
}

/** The frame of a clip at a moment of the transport; after its end the last one stays. */
export function frameAt({ frames, fps }: { frames: number; fps: number }, moment: Moment): number {
  // A transport frame begins a hair early in a clip of a rate that divides unevenly.
  const frame = Math.floor((moment.frame * fps) / moment.fps + 1e-6)
  return Math.max(0, Math.min(frames - 1, frame))
}

/** Waits for a value and passes failures on; a stage that is gone hears nothing. */
export function whenLoaded<T>(work: Promise<T>, context: PictureContext, use: (value: T) => void): void {
  work.then(
    (value) => {
      if (context.signal.aborted) return
      use(value)
      context.changed()
    },
    (error) => {
      if (!context.signal.aborted) context.failed(error)
    },
  )
}
