import { CancelledError } from '../../nodes/core/errors'
import type { BlobRef } from '../../nodes/core/value-ref'

/** What has come of the inputs that other jobs are still making, and who waits for the rest. */
export class OpenInputs {
  private readonly parts = new Map<string, BlobRef>()
  private readonly waiting = new Map<
    string,
    { resolve(blob: BlobRef): void; reject(error: unknown): void }[]
  >()
  private cancelled = false

  add(input: string, name: string, blob: BlobRef): void {
    const key = keyOf(input, name)
    this.parts.set(key, blob)
    for (const { resolve } of this.waiting.get(key) ?? []) resolve(blob)
    this.waiting.delete(key)
  }

  /** @throws CancelledError */
  part(input: string, name: string): Promise<BlobRef> {
    const key = keyOf(input, name)
    const blob = this.parts.get(key)
    if (blob) return Promise.resolve(blob)
    if (this.cancelled) return Promise.reject(new CancelledError())
    return new Promise((resolve, reject) => {
      this.waiting.set(key, [...(this.waiting.get(key) ?? []), { resolve, reject }])
    })
  }

  /** Nobody may wait for what will not come any more. */
  cancel(): void {
    this.cancelled = true
    for (const list of this.waiting.values()) for (const { reject } of list) reject(new CancelledError())
    this.waiting.clear()
  }
}

const keyOf = (input: string, name: string) => `${input} ${name}`
