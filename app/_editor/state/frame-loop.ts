/** Milliseconds of one animation frame that pictures may take; those left over are drawn in the next. */
const BUDGET_MS = 8

export interface Painter {
  /** Draw again at the next chance. */
  invalidate(): void
  /** One that is out of sight is not drawn; when it comes back, it is. */
  setVisible(visible: boolean): void
  setStill(still: boolean): void
  remove(): void
}

interface Entry {
  paint(frame: number): void
  still: boolean
  dirty: boolean
  visible: boolean
}

export interface LoopClock {
  now(): number
  requestFrame(callback: () => void): number
}

/**
 * The one animation loop of all stages. Everybody's picture of a frame is drawn outside React, the ones that waited
 * longest first, within a budget, so that ten cards at work leave the canvas smooth.
 */
export class FrameLoop {
  private readonly painters = new Set<Entry>()
  private scheduled = false

  /** `tick`: called before painting; says which frame it is and whether to go on without being asked. */
  constructor(
    private readonly clock: LoopClock,
    private readonly tick: () => { frame: number; goOn: boolean },
  ) {}

  /** `still`: a new frame changes nothing about it. */
  addPainter(paint: (frame: number) => void, { still = false } = {}): Painter {
    const entry: Entry = { paint, still, dirty: true, visible: true }
    this.painters.add(entry)
    this.wake()
    return {
      invalidate: () => {
        entry.dirty = true
        if (entry.visible) this.wake()
      },
      setVisible: (visible) => {
        entry.visible = visible
        if (visible && entry.dirty) this.wake()
      },
      setStill: (next) => {
        entry.still = next
      },
      remove: () => this.painters.delete(entry),
    }
  }

  /** `moving`: only what a new frame changes. */
  invalidateAll(which: 'all' | 'moving'): void {
    for (const entry of this.painters) if (which === 'all' || !entry.still) entry.dirty = true
    this.wake()
  }

  wake(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.clock.requestFrame(() => this.run())
  }

  private run(): void {
    this.scheduled = false
    const { frame, goOn } = this.tick()
    const end = this.clock.now() + BUDGET_MS
    let waiting = false
    for (const entry of [...this.painters]) {
      if (!entry.dirty || !entry.visible) continue
      if (this.clock.now() > end) {
        waiting = true
        break
      }
      entry.dirty = false
      entry.paint(frame)
      // To the end of the line: whoever is drawn now is drawn last next time.
      if (this.painters.delete(entry)) this.painters.add(entry)
    }
    if (goOn || waiting) this.wake()
  }
}
