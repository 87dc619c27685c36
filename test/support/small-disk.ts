import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './engine'

/** A file system of a few megabytes, or undefined where this user may not mount one. */
export function smallDisk(megabytes: number): string | undefined {
  const folder = path.join(tempFolder(), 'small')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return folder
}

/**
 * Somebody else takes all of a small disk but some bytes, also while it is being written.
 * @returns gives it back
 */
export function fillDisk(disk: string, leave = 0): () => void {
  const file = path.join(disk, 'of-somebody-else')
  for (;;) {
    const { bavail, bsize } = statfsSync(disk)
    const bytes = bavail * bsize - leave
    if (bytes <= 0) break
    try {
      execFileSync('fallocate', ['-l', String(bytes), file], { stdio: 'ignore' })
      break
    } catch {} // there is less by now
  }
  return () => rmSync(file, { force: true })
}
