import { randomBytes } from 'node:crypto'
import { promises as fs, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { refusedWrite, StudioError } from '../../nodes/core/errors'

const temporary = (file: string) => `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`

/** A failed write as one sentence. */
export function writeError(cause: unknown, file: string): StudioError {
  if (cause instanceof StudioError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const otherwise = () =>
    new StudioError('storage/unwritable', `${file} cannot be written: ${reason}.`, { cause })
  return refusedWrite(cause, file) ?? otherwise()
}

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` never comes back where a file system answers "no
 * such folder" for ever, as /proc does; this asks once per folder.
 *
 * @throws StudioError `storage/unwritable`, `storage/full`
 */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder)
  } catch (error) {
    for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
      if (kindOf(at) !== 'file') continue
      const subject = at === folder ? at : `${folder} cannot be written: ${at}`
      throw new StudioError('storage/unwritable', `${subject} is a file, not a folder.`, {
        hint: 'Choose another folder.',
        cause: error,
      })
    }
    throw writeError(error, folder)
  }
}

function makeFolders(folder: string): void {
  try {
    return void mkdirSync(folder)
  } catch (error) {
    if (kindOf(folder) === 'folder') return
    if (!isMissingFolder(error) || path.dirname(folder) === folder) throw error
  }
  makeFolders(path.dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if (kindOf(folder) !== 'folder') throw error // else another process was faster
  }
}

function kindOf(file: string): 'folder' | 'file' | undefined {
  try {
    return statSync(file).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}

const isMissingFolder = (error: unknown) => (error as NodeJS.ErrnoException)?.code === 'ENOENT'

/** Writes to a temporary name beside the target and renames: a reader sees the old file or the new one, never a part. */
export async function writeAtomic(file: string, bytes: Uint8Array | string): Promise<void> {
  const temp = temporary(file)
  try {
    try {
      await fs.writeFile(temp, bytes)
    } catch (error) {
      if (!isMissingFolder(error)) throw error
      makeFolder(path.dirname(file))
      await fs.writeFile(temp, bytes)
    }
    await fs.rename(temp, file)
  } catch (error) {
    await fs.rm(temp, { force: true }).catch(() => {})
    throw writeError(error, file)
  }
}

/** `writeAtomic` for the small records of a run, where a thousand awaits would cost more than the writes. */
export function writeAtomicSync(file: string, text: string): void {
  const temp = temporary(file)
  try {
    try {
      writeFileSync(temp, text)
    } catch (error) {
      if (!isMissingFolder(error)) throw error
      makeFolder(path.dirname(file))
      writeFileSync(temp, text)
    }
    renameSync(temp, file)
  } catch (error) {
    rmSync(temp, { force: true })
    throw writeError(error, file)
  }
}

/** Copies to a temporary name and renames. @throws StudioError `storage/full`, `storage/unwritable` */
export async function copyAtomic(from: string, to: string): Promise<void> {
  const temp = temporary(to)
  try {
    makeFolder(path.dirname(to))
    await fs.copyFile(from, temp)
    await fs.rename(temp, to)
  } catch (error) {
    await fs.rm(temp, { force: true }).catch(() => {})
    throw writeError(error, to)
  }
}
