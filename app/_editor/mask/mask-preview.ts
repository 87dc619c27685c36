import type { ErrorJson } from '../../../nodes/core/errors'
import { FRAMES_PER_CHUNK } from '../../../nodes/core/values'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import type { MaskLook, MaskPaint } from './mask-engine'

export type ToMaskWorker =
  | {
      type: 'layers'
      layers: readonly MaskLayer[]
      regions: readonly string[]
      width: number
      height: number
    }
  | { type: 'frame'; frame: number; paints: MaskPaint[]; look: MaskLook }
  | { type: 'areas'; id: number; region: string; from: number; planes: (Uint8Array | null)[] }

export type FromMaskWorker =
  | { type: 'regions'; regions: string[] }
  | { type: 'picture'; frame: number; bitmap: ImageBitmap; areas: Record<string, number> }
  | { type: 'areas'; id: number; areas: number[] }
  | { type: 'failed'; error: ErrorJson }

/** The mask that is edited: what it is and how its planes are read. */
export interface EditedMask {
  width: number
  height: number
  frames: number
  fps: number
  regions: readonly string[]
  /** `[frames in chunk, height, width]` */
  chunk(region: string, index: number): Promise<Uint8Array>
}

export interface MaskShow {
  layers: readonly MaskLayer[]
  frame: number
  look: MaskLook
  paints: Omit<MaskPaint, 'plane'>[]
}

/** The edited mask, drawn in a web worker: one frame at a time, of those asked for meanwhile only the last. */
export class MaskPreview {
  private readonly worker: Worker
  private busy = false
  private wanted: MaskShow | null = null
  private sent: readonly MaskLayer[] | undefined
  private readonly waiting = new Map<number, (areas: number[]) => void>()
  private lastId = 0
  private readonly listeners = new Set<() => void>()
  picture: { bitmap: ImageBitmap; frame: number } | undefined
  areas: Readonly<Record<string, number>> = {}

  constructor(
    private readonly mask: EditedMask,
    private readonly on: {
      areas(areas: Record<string, number>): void
      failure(error: ErrorJson | undefined): void
    },
  ) {
    this.worker = new Worker(new URL('./mask-worker.ts', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<FromMaskWorker>) => this.receive(data)
    this.worker.onerror = (event) =>
      this.on.failure({
        code: 'worker/failed',
        message: `The mask cannot be shown: ${event.message || 'its worker could not be started'}.`,
      })
  }

  show(what: MaskShow): void {
    this.wanted = what
    void this.next()
  }

  onPicture(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** Share of the picture that a region covers in the frames of a chunk, with the layers that are shown. */
  async coverage(region: string, index: number): Promise<number[]> {
    const { frames } = this.mask
    const from = index * FRAMES_PER_CHUNK
    const count = Math.min(FRAMES_PER_CHUNK, frames - from)
    const chunk = await this.chunkOf(region, index)
    const size = this.mask.width * this.mask.height
    const planes = Array.from({ length: count }, (_, i) => chunk?.slice(i * size, (i + 1) * size) ?? null)
    const id = ++this.lastId
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.say({ type: 'areas', id, region, from, planes })
    })
  }

  close(): void {
    this.worker.terminate()
    this.picture?.bitmap.close()
    this.picture = undefined
  }

  private chunkOf(region: string, index: number): Promise<Uint8Array> | null {
    return this.mask.regions.includes(region) ? this.mask.chunk(region, index) : null
  }

  private async next(): Promise<void> {
    const what = this.wanted
    if (this.busy || !what) return
    this.busy = true
    this.wanted = null
    const { width, height, regions } = this.mask
    try {
      const index = Math.floor(what.frame / FRAMES_PER_CHUNK)
      const size = width * height
      const at = (what.frame % FRAMES_PER_CHUNK) * size
      const paints = await Promise.all(
        what.paints.map(async (paint) => {
          const chunk = await this.chunkOf(paint.region, index)
          return { ...paint, plane: chunk ? chunk.slice(at, at + size) : null }
        }),
      )
      if (what.layers !== this.sent) {
        this.sent = what.layers
        this.say({ type: 'layers', layers: what.layers, regions, width, height })
      }
      this.say({ type: 'frame', frame: what.frame, paints, look: what.look })
    } catch (error) {
      this.busy = false
      this.on.failure({
        code: 'mask/unreadable',
        message: error instanceof Error ? error.message : String(error),
      })
    }
  }

  private receive(message: FromMaskWorker): void {
    if (message.type === 'areas') {
      this.waiting.get(message.id)?.(message.areas)
      this.waiting.delete(message.id)
      return
    }
    if (message.type === 'picture') {
      this.picture?.bitmap.close()
      this.picture = message
      this.areas = message.areas
      this.on.areas(message.areas)
      this.busy = false
      for (const listener of this.listeners) listener()
    }
    if (message.type === 'regions') this.on.failure(undefined)
    if (message.type === 'failed') {
      this.busy = false
      this.on.failure(message.error)
    }
    void this.next()
  }

  private say(message: ToMaskWorker): void {
    this.worker.postMessage(message)
  }
}
