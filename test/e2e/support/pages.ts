import { mkdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../support/cli'

const LOCK = path.join(root, 'dist', '.pages-lock')

/** Builds the pages as `npm start` does; test files that start together wait for one build. */
export async function ensurePages(): Promise<void> {
  mkdirSync(path.dirname(LOCK), { recursive: true })
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 200))
  try {
    const project = await import('../../../server/setup/project.mjs' as string)
    project.ensurePages()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

/** A lock older than five minutes was left by a run that was killed. */
function takeLock(): boolean {
  const held = statSync(LOCK, { throwIfNoEntry: false })
  if (held && Date.now() - held.mtimeMs > 300_000) rmSync(LOCK, { recursive: true, force: true })
  try {
    mkdirSync(LOCK)
    return true
  } catch {
    return false
  }
}
