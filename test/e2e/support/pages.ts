import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../support/cli'

/** What the pages are made of. */
const SOURCES = ['app', 'nodes/core', 'nodes/lib', 'next.config.js', 'package-lock.json']
const LOCK = path.join(root, '.next', 'test-build.lock')

function newest(entry: string): number {
  const info = statSync(entry)
  if (!info.isDirectory()) return info.mtimeMs
  return Math.max(0, ...readdirSync(entry).map((name) => newest(path.join(entry, name))))
}

function stale(): boolean {
  const built = statSync(path.join(root, '.next', 'BUILD_ID'), { throwIfNoEntry: false })
  return !built || SOURCES.some((source) => newest(path.join(root, source)) > built.mtimeMs)
}

/** Builds the pages when a source is newer; test files that start together wait for one build. */
export async function ensurePages(): Promise<void> {
  mkdirSync(path.dirname(LOCK), { recursive: true })
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 200))
  try {
    if (stale()) execFileSync('npx', ['--no-install', 'next', 'build'], { cwd: root, stdio: 'pipe' })
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
