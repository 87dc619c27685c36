import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { StudioError } from '../../nodes/core/errors'
import { writeAtomicSync, writeError } from './files'
import { isAlive, processStart } from './process'

/** Who holds a lock. */
export interface LockOwner {
  pid: number
  /** Of the process; its id alone may belong to another one by now. */
  start?: string
}

export interface ProcessLock<T> {
  /** Changes what is said beside the owner. */
  update(about: T): void
  release(): void
}

/** Rounds against others that find the same stale lock. */
const TRIES = 20

/**
 * Takes a lock file for this process. A lock whose process is gone is taken over.
 *
 * @param about what it says beside the owner
 * @param refuse the error for when another process has it
 * @throws StudioError `storage/…`
 */
export function lockFile<T extends object>(
  file: string,
  about: T,
  refuse: (owner: LockOwner & T) => StudioError,
): ProcessLock<T> {
  const mine: LockOwner = { pid: process.pid, start: processStart(process.pid) }
  const own = `${file}.${process.pid}`
  try {
    // Written whole under a name of its own, then linked, which fails when the lock is there: no reader sees a part.
    writeFileSync(own, JSON.stringify({ ...mine, ...about }))
    for (let tries = 0; !linked(own, file); tries++) {
      const owner = readOwner(file)
      if (owner && isRunning(owner)) throw refuse(owner as LockOwner & T)
      if (tries === TRIES) throw new Error(`${file} comes back whenever it is removed`)
      removeStale(file)
    }
  } catch (error) {
    throw error instanceof StudioError ? error : writeError(error, file)
  } finally {
    rmSync(own, { force: true })
  }
  return {
    update: (next) => writeAtomicSync(file, JSON.stringify({ ...mine, ...next })),
    release() {
      if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true })
    },
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Renamed first: of two that do this at once only one removes it, and neither a lock that is new by now. */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}.old`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const owner = readOwner(aside)
  if (owner && isRunning(owner)) linked(aside, file)
  rmSync(aside, { force: true })
}

const isRunning = ({ pid, start }: LockOwner): boolean => {
  if (!isAlive(pid)) return false
  if (pid === process.pid) return false // left by one that had our id
  const now = processStart(pid)
  return start === undefined || now === undefined || now === start
}

function readOwner(file: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockOwner
  } catch {
    return undefined // gone, or not ours to understand: nobody has it
  }
}
