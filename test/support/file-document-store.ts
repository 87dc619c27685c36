import { appendFile, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { DocumentStore } from '../../server/realtime/document-store'
import { makeFolder, writeAtomic, writeError } from '../../server/storage/files'

/** Append-only files, one per workflow: records of a 4-byte length and an update. A torn last record is left out. */
export function fileDocumentStore(folder: string): DocumentStore {
  makeFolder(folder)
  const fileOf = (workflow: string) => path.join(folder, `${encodeURIComponent(workflow)}.yjs`)
  return {
    async load(workflow) {
      const bytes = await readFile(fileOf(workflow)).catch(() => Buffer.alloc(0))
      const updates: Uint8Array[] = []
      for (let at = 0; at + 4 <= bytes.length; ) {
        const end = at + 4 + bytes.readUInt32LE(at)
        if (end > bytes.length) break
        updates.push(bytes.subarray(at + 4, end))
        at = end
      }
      return updates
    },
    append: (workflow, update) =>
      appendFile(fileOf(workflow), record(update)).catch((error) => {
        throw writeError(error, fileOf(workflow))
      }),
    compact: (workflow, merged) => writeAtomic(fileOf(workflow), record(merged)),
  }
}

function record(update: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(update.length)
  return Buffer.concat([length, update])
}
