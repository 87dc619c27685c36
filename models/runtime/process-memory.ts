import { readFileSync } from 'node:fs'

/**
 * For the environment of processes that run networks. glibc gives memory back to the system where it was taken from there
 * alone, and by itself does so less and less: three frames of the full-size UNet then held 3.4 GB beside 0.4 GB in use.
 * Other C libraries do not read it. Bytes from which it does so always.
 */
export const NETWORK_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: String(2 ** 20) }

/**
 * Bytes that this process holds and the system cannot take back. Pages of files, such as weights, are none: the system
 * reads them again. Linux tells them apart; elsewhere, and in sandboxes that tell less, they are counted.
 */
export function heldMemory(): number {
  const told = process.platform === 'linux' ? heldOf(readFileSync('/proc/self/status', 'utf8')) : undefined
  return told ?? process.memoryUsage.rss()
}

/** Of the text of `/proc/PID/status`; undefined where it does not tell what pages are of. */
export function heldOf(status: string): number | undefined {
  const [anonymous, shared] = ['RssAnon', 'RssShmem'].map((name) =>
    new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status),
  )
  return anonymous && shared ? 1024 * (Number(anonymous[1]) + Number(shared[1])) : undefined
}
