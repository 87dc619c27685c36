import type { ErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'

export type ToEditWorker =
  | { type: 'load'; pose: PoseValue }
  | { type: 'layers'; layers: readonly EditLayer[]; id: number }

export type FromEditWorker =
  | { id: number; pose: PoseValue; notes: string[] }
  | { id: number; error: ErrorJson }

/** Applies layers off the main thread; of lists that come while one is at work only the last is applied. */
export class EditedMotion {
  private readonly worker: Worker
  private busy = false
  private wanted: readonly EditLayer[] | null = null
  private lastId = 0

  constructor(
    input: PoseValue,
    private readonly onEdited: (pose: PoseValue, notes: string[]) => void,
    private readonly onFailure: (error: ErrorJson) => void,
  ) {
    this.worker = new Worker(new URL('./edit-worker.ts', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<FromEditWorker>) => {
      this.busy = false
      if ('error' in data) this.onFailure(data.error)
      else this.onEdited(data.pose, data.notes)
      this.next()
    }
    this.worker.onerror = (event) =>
      this.onFailure({
        code: 'worker/failed',
        message: `The edits cannot be shown: ${event.message || 'a worker could not be started'}.`,
      })
    this.say({ type: 'load', pose: input })
  }

  apply(layers: readonly EditLayer[]): void {
    this.wanted = layers
    this.next()
  }

  close(): void {
    this.worker.terminate()
  }

  private next(): void {
    if (this.busy || !this.wanted) return
    this.busy = true
    this.say({ type: 'layers', layers: this.wanted, id: ++this.lastId })
    this.wanted = null
  }

  private say(message: ToEditWorker): void {
    this.worker.postMessage(message)
  }
}
