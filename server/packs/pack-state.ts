import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../nodes/core/errors'
import { writeAtomicSync } from '../storage/files'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const stateSchema = z.object({
  /** The folder that a pack of somebody else lies in; its files are used there. Absolute. */
  folder: z.string().optional(),
  /** Files that lie elsewhere and are used there: name → absolute path. */
  places: z.record(z.string(), z.string()).default({}),
  /** What the hub said of a file when it was first asked: from then on nothing else is taken for it. */
  pins: z.record(z.string(), z.object({ sha256: sha256.optional(), size: z.int() })).default({}),
  /** Files that were hashed, as they were then. */
  checked: z.record(z.string(), z.object({ size: z.int(), mtimeMs: z.number(), sha256 })).default({}),
})

/** What this machine knows of a pack, beside its manifest: `state.json` in the pack's folder. */
export type PackState = z.infer<typeof stateSchema>

const stateFile = (folder: string) => path.join(folder, 'state.json')

/** @throws StudioError `pack/unreadable`: pins are not to be forgotten silently */
export function readState(folder: string): PackState {
  let text: string
  try {
    text = readFileSync(stateFile(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return stateSchema.parse({})
    throw error
  }
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new StudioError('pack/unreadable', `${stateFile(folder)} is damaged.`, {
      hint: 'Remove it: files are then checked again, and what was added from elsewhere is added again.',
      cause,
    })
  }
}

/** Reads, changes and writes in one go: nothing of this process can come between. */
export function changeState(folder: string, change: (state: PackState) => void): void {
  const state = readState(folder)
  change(state)
  writeAtomicSync(stateFile(folder), JSON.stringify(state, null, 1))
}
