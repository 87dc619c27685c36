import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { makeFolder } from './files'
import { type LockOwner, lockFile } from './process-lock'

export interface FolderLock {
  /** The address, once it is known. */
  openedAt(url: string): void
  release(): void
}

/**
 * One studio per data folder: two would not know of each other's open documents. Commands may use it at the same time.
 *
 * @throws StudioError `storage/in-use` naming process and address of the other studio
 */
export function lockFolder(data: string, url: string): FolderLock {
  makeFolder(data)
  const lock = lockFile(path.join(data, 'studio.lock'), { url }, (owner) => inUse(owner, data))
  return { openedAt: (address) => lock.update({ url: address }), release: lock.release }
}

const inUse = ({ pid, url }: LockOwner & { url: string }, data: string) =>
  new StudioError(
    'storage/in-use',
    `Another studio (process ${pid}, ${url}) has the data folder ${data} open.`,
    {
      hint: 'Use that one, stop it, or choose another folder: --data DIR.',
    },
  )
