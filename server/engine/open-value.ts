import type { BlobRef, ValueRef } from '../../nodes/core/value-ref'

/** A value that a step is still making: what there is of it, for the steps that follow. */
export class OpenValue {
  /** All of it but the chunks that are still to come. */
  readonly ref: Extract<ValueRef, { blobs: unknown }>
  private readonly followers = new Set<(name: string, blob: BlobRef) => void>()

  constructor(ref: ValueRef) {
    if (!('blobs' in ref)) throw new Error(`A ${ref.type} has no chunks to follow.`)
    this.ref = ref
  }

  add(name: string, blob: BlobRef): void {
    this.ref.blobs[name] = blob
    for (const pass of this.followers) pass(name, blob)
  }

  readonly follow = (pass: (name: string, blob: BlobRef) => void): (() => void) => {
    this.followers.add(pass)
    return () => this.followers.delete(pass)
  }
}
