/** The thread behind `hash-file.ts`. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

export type HashAnswer = { type: 'progress'; bytes: number } | { type: 'done'; sha256: string; size: number }

const REPORT_BYTES = 64 << 20

const hash = createHash('sha256')
const buffer = Buffer.allocUnsafe(4 << 20)
const file = openSync(workerData as string, 'r')
let size = 0
let reported = 0
for (;;) {
  const read = readSync(file, buffer, 0, buffer.length, null)
  if (read === 0) break
  hash.update(buffer.subarray(0, read))
  size += read
  if (size - reported >= REPORT_BYTES) {
    reported = size
    parentPort!.postMessage({ type: 'progress', bytes: size } satisfies HashAnswer)
  }
}
closeSync(file)
parentPort!.postMessage({ type: 'done', sha256: hash.digest('hex'), size } satisfies HashAnswer)
