import { StudioError } from '../../core/errors'

/** Turns what the operating system says about a write into a sentence; anything else is returned as it is. */
export function storageError(cause: unknown, file: string): unknown {
  const code = (cause as { code?: unknown } | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StudioError('storage/full', `The disk is full: ${file} could not be written.`, {
      hint: 'Free some space or use another data folder, then run again; finished nodes are kept.',
      cause,
    })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new StudioError('storage/denied', `${file} cannot be written: the folder does not allow it.`, {
      hint: 'Check the permissions of the folder.',
      cause,
    })
  }
  return cause
}
