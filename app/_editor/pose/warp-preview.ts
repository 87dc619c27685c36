import type { ErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { WarpSubject } from './warp-engine'
import type { FromWarpWorker, ToWarpWorker } from './warp-messages'

export type WarpState =
  | { state: 'setting-up'; fraction: number; text: string }
  | { state: 'ready'; seconds: number }
  | { state: 'failed'; error: ErrorJson }

/**
 * The portrait moved by the motion, drawn in a web worker. One frame is under way at a time; of those asked for
 * meanwhile only the last is drawn, so that a drag is followed as fast as the machine can and never later.
 */
export class WarpPreview {
  private readonly worker: Worker
  private wanted: number | null = null
  private busy = false
  private askedAt = 0
  private lastId = 0
  private motion: PoseValue | undefined
  private sent: PoseValue | undefined
  state: WarpState = { state: 'setting-up', fraction: 0, text: 'Looking at the portrait' }
  /** What was drawn last. */
  picture: { bitmap: ImageBitmap; frame: number } | undefined
  /** Milliseconds from asking for the last picture to having it. */
  milliseconds = 0

  private readonly listeners = new Set<() => void>()

  constructor(
    subject: WarpSubject,
    private readonly onState: (state: WarpState) => void,
  ) {
    this.worker = new Worker(new URL('./warp-worker.ts', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<FromWarpWorker>) => this.receive(data)
    this.worker.onerror = (event) => {
      const message = `The warp preview stopped: ${event.message || 'its worker could not be started'}.`
      this.receive({ type: 'failed', error: { code: 'worker/failed', message } })
    }
    this.say({ type: 'setUp', subject })
  }

  /** The motion to be drawn from now on, and the frame of it that is shown. */
  show(pose: PoseValue, frame: number): void {
    this.motion = pose
    this.wanted = frame
    this.next()
  }

  /** Called with every picture. */
  onPicture(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  close(): void {
    this.worker.terminate()
    this.picture?.bitmap.close()
    this.picture = undefined
  }

  private next(): void {
    if (this.busy || this.wanted === null || this.state.state !== 'ready' || !this.motion) return
    if (this.motion !== this.sent) {
      this.sent = this.motion
      this.say({ type: 'motion', pose: this.motion })
    }
    this.busy = true
    this.askedAt = performance.now()
    this.say({ type: 'frame', frame: this.wanted, id: ++this.lastId })
    this.wanted = null
  }

  private receive(message: FromWarpWorker): void {
    if (message.type === 'picture') {
      this.busy = false
      if (message.bitmap) {
        this.picture?.bitmap.close()
        this.picture = { bitmap: message.bitmap, frame: message.frame }
        this.milliseconds = performance.now() - this.askedAt
        for (const listener of this.listeners) listener()
      }
      return this.next()
    }
    if (message.type === 'progress') this.state = { state: 'setting-up', ...message }
    if (message.type === 'ready') this.state = { state: 'ready', seconds: message.seconds }
    if (message.type === 'failed') {
      this.busy = false
      this.state = { state: 'failed', error: message.error }
    }
    this.onState(this.state)
    this.next()
  }

  private say(message: ToWarpWorker): void {
    this.worker.postMessage(message)
  }
}
