import { setTimeout as sleep } from 'node:timers/promises'
import { CancelledError, StudioError } from '../../nodes/core/errors'
import type { DownloadLimits } from './download'

/** A failure that may pass: try again after the time the server asked for, or soon. */
export class Wait extends Error {
  constructor(
    /** What to say when it does not pass. */
    readonly reason: StudioError,
    readonly askedMs?: number,
  ) {
    super(reason.message)
  }
}

/**
 * Does something again while it fails with a `Wait`, or because a connection was lost.
 *
 * @param bytes what there is so far: an attempt that brought some does not count as fruitless
 * @throws StudioError when it does not pass; CancelledError
 */
export async function patiently<T>(
  work: () => Promise<T>,
  opts: {
    limits: DownloadLimits
    signal: AbortSignal
    onWait(seconds: number, reason: string): void
    bytes?(): number
  },
): Promise<T> {
  const { limits, signal, bytes = () => 0 } = opts
  for (let failures = 0; ; ) {
    const before = bytes()
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw new CancelledError()
      const wait = asWait(error)
      if (!wait) throw error
      failures = bytes() - before > limits.stallBytes ? 1 : failures + 1
      const waitMs = wait.askedMs ?? limits.pauseMs(failures)
      if (failures >= limits.tries || waitMs > limits.maxWaitMs) throw wait.reason
      opts.onWait(Math.ceil(waitMs / 1000), wait.reason.message)
      await sleep(waitMs, undefined, { signal }).catch(() => {
        throw new CancelledError()
      })
    }
  }
}

function asWait(error: unknown): Wait | undefined {
  if (error instanceof Wait) return error
  const isLost = error instanceof StudioError && error.code === 'hub/unreachable'
  return isLost ? new Wait(error) : undefined
}
