import type { CancelSignal } from '../../core/define-node'

/**
 * Long work in short slices: a generator that yields the fraction done (0…1) every few milliseconds and returns the
 * result. Written once, it runs in one go (`runSteps`) or leaves the thread free between slices (`runStepsAsync`).
 */
export type Steps<T> = Generator<number, T, void>

export interface StepOptions {
  /** Asked between slices. */
  signal?: CancelSignal
  /** Fraction of the work done, 0…1, rising. */
  onProgress?: (fraction: number) => void
}

/** Milliseconds of work after which `runStepsAsync` lets other events of the thread run. */
const SLICE_MS = 25

/** Runs to the end without giving up the thread. @throws what `signal` throws when it is aborted. */
export function runSteps<T>(steps: Steps<T>, { signal, onProgress }: StepOptions = {}): T {
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    onProgress?.(step.value)
  }
}

/** The same, but messages, timers and an `AbortSignal` get their turn every 25 ms. */
export async function runStepsAsync<T>(
  steps: Steps<T>,
  { signal, onProgress }: StepOptions = {},
): Promise<T> {
  let sliceStart = performance.now()
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done) return step.value
    onProgress?.(step.value)
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      sliceStart = performance.now()
    }
  }
}

/** Reports the progress of `steps` as the part [from, to) of something larger. */
export function* portion<T>(steps: Steps<T>, from: number, to: number): Steps<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    yield from + (to - from) * step.value
  }
}
