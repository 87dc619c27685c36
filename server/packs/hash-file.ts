import { Worker } from 'node:worker_threads'
import { CancelledError, StudioError } from '../../nodes/core/errors'
import type { HashAnswer } from './hash-thread'

/** Hashes a file on a thread of its own, so that whoever asks goes on with its events. */
export type HashFile = (
  file: string,
  opts?: { signal?: AbortSignal; onProgress?(bytes: number): void },
) => Promise<{ sha256: string; size: number }>

/** @param entry bundle of `hash-thread.ts` */
export const hashOnThread =
  (entry: string): HashFile =>
  (file, { signal, onProgress } = {}) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new CancelledError())
      const thread = new Worker(entry, { workerData: file })
      const stop = () => void thread.terminate()
      signal?.addEventListener('abort', stop, { once: true })
      const settle = (act: () => void) => {
        signal?.removeEventListener('abort', stop)
        void thread.terminate()
        act()
      }
      thread.on('message', (answer: HashAnswer) => {
        if (answer.type === 'progress') onProgress?.(answer.bytes)
        else settle(() => resolve({ sha256: answer.sha256, size: answer.size }))
      })
      thread.on('error', (cause) => {
        settle(() =>
          reject(new StudioError('pack/unreadable', `${file} cannot be read: ${cause.message}.`, { cause })),
        )
      })
      thread.on('exit', () => settle(() => reject(new CancelledError())))
    })
