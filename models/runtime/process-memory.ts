import { readFileSync } from 'node:fs'

/**
 * For the environment of processes that run networks. glibc gives memory back to the system where it was taken from there
 * alone, and by itself does so less and less: three frames of the full-size UNet then held 3.4 GB beside 0.4 GB in use.
 * Other C libraries do not read it. Bytes from which it does so always.
 */
export const NETWORK_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: String(2 ** 20) }

/**
 * Bytes that this process holds and the system cannot take back. Pages of files, such as weights, are none: the system
 * reads them again. Linux tells them apart; elsewhere they are counted.
 */
export function heldMemory(): number {
  if (process.platform !== 'linux') return process.memoryUsage.rss()
  const status = readFileSync('/proc/self/status', 'utf8')
  return kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem')
}

const kilobytes = (status: string, name: string): number =>
  1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)![1])
