import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { makeFolder, writeAtomicSync, writeError } from './files'
import { isAlive, processStart } from './process'

interface Owner {
  pid: number
  /** Of the process; its id alone may belong to another one by now. */
  start?: string
  url: string
}

export interface FolderLock {
  /** The address, once it is known. */
  openedAt(url: string): void
  release(): void
}

/** Rounds against others that find the same stale lock. */
const TRIES = 20

/**
 * One studio per data folder: two would not know of each other's open documents. Commands may use it at the same time.
 * A lock whose process is gone is taken over.
 *
 * @throws StudioError `storage/in-use` naming process and address of the other studio
 */
export function lockFolder(data: string, url: string): FolderLock {
  makeFolder(data)
  const file = path.join(data, 'studio.lock')
  const mine: Owner = { pid: process.pid, start: processStart(process.pid), url }
  const own = path.join(data, `studio.lock.${process.pid}`)
  try {
    // Written whole under a name of its own, then linked, which fails when the lock is there: no reader sees a part.
    writeFileSync(own, JSON.stringify(mine))
    for (let tries = 0; !linked(own, file); tries++) {
      const owner = readOwner(file)
      if (owner && isRunning(owner)) throw inUse(owner, data)
      if (tries === TRIES) throw new Error(`${file} comes back whenever it is removed`)
      removeStale(file)
    }
  } catch (error) {
    throw error instanceof StudioError ? error : writeError(error, file)
  } finally {
    rmSync(own, { force: true })
  }
  return {
    openedAt: (address) => writeAtomicSync(file, JSON.stringify({ ...mine, url: address })),
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

const isRunning = ({ pid, start }: Owner): boolean => {
  if (!isAlive(pid)) return false
  if (pid === process.pid) return false // left by one that had our id
  const now = processStart(pid)
  return start === undefined || now === undefined || now === start
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined // gone, or not ours to understand: nobody has it
  }
}

const inUse = ({ pid, url }: Owner, data: string) =>
  new StudioError(
    'storage/in-use',
    `Another studio (process ${pid}, ${url}) has the data folder ${data} open.`,
    {
      hint: 'Use that one, stop it, or choose another folder: --data DIR.',
    },
  )
