import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * The command line is tested as users run it: from the bundle, built when a source file is newer. The tiny pack is made
 * once for all tests.
 */
export async function setup(): Promise<() => Promise<void>> {
  const { ensureBuilt } = await import('../../server/setup/project.mjs' as string)
  await ensureBuilt()
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-shared-'))
  process.env.MMGT_TEST_SHARED = folder
  const { sharedTinyPack } = await import('./tiny-pack/tiny-pack')
  sharedTinyPack()
  return () => rm(folder, { recursive: true, force: true, maxRetries: 10 })
}
