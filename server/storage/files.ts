import { randomBytes } from 'node:crypto'
import { promises as fs, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'

const temporary = (file: string) => `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`

/** A failed write as one sentence: a full disk and a forbidden folder are the user's to mend. */
export function writeError(cause: unknown, file: string): StudioError {
  if (cause instanceof StudioError) return cause
  const code = (cause as NodeJS.ErrnoException)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StudioError('storage/full', `The disk is full: ${file} could not be written.`, {
      hint: 'Free some space and run again; what is finished is kept.',
      cause,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new StudioError('storage/unwritable', `${file} cannot be written (${code}).`, {
      hint: 'Choose a folder you may write to.',
      cause,
    })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StudioError('storage/unwritable', `${file} cannot be written: ${reason}.`, { cause })
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
      await fs.mkdir(path.dirname(file), { recursive: true })
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
      mkdirSync(path.dirname(file), { recursive: true })
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
    await fs.mkdir(path.dirname(to), { recursive: true })
    await fs.copyFile(from, temp)
    await fs.rename(temp, to)
  } catch (error) {
    await fs.rm(temp, { force: true }).catch(() => {})
    throw writeError(error, to)
  }
}
