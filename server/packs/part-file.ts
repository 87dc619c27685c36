import { readFileSync, rmSync, statSync } from 'node:fs'
import { writeAtomicSync } from '../storage/files'

/** What a part is a part of, beside it. */
interface PartNote {
  etag?: string
  sha256?: string
}

const noteFile = (part: string) => `${part}.json`

export const sizeOfPart = (part: string): number => statSync(part, { throwIfNoEntry: false })?.size ?? 0

/** Removes a part, so that the next download begins at the beginning. */
export function forgetPart(part: string): void {
  rmSync(part, { force: true })
  rmSync(noteFile(part), { force: true })
}

export function readNote(part: string): PartNote {
  try {
    return JSON.parse(readFileSync(noteFile(part), 'utf8')) as PartNote
  } catch {
    return {}
  }
}

export const writeNote = (part: string, note: PartNote) =>
  writeAtomicSync(noteFile(part), JSON.stringify(note))
