/** What long work asks between two steps; an `AbortSignal` is one. */
export interface StopSignal {
  /** @throws when the work is not wanted any more */
  throwIfAborted(): void
}
