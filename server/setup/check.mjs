/** `npm run check`: types, lint, boundaries and dead code; fast. */
import { spawnSync } from 'node:child_process'
import { ensureGenerated } from './database.mjs'
import { checkNode, ensureInstalled, root } from './project.mjs'

const STEPS = [
  ['types', 'tsc --noEmit'],
  ['lint and format', 'biome ci --error-on-warnings .'],
  ['boundaries', 'vitest run test/boundaries.test.ts'],
  ['dead code', 'knip --no-progress'],
]

export function check() {
  checkNode()
  ensureInstalled()
  ensureGenerated()
  for (const [name, command] of STEPS) {
    const result = spawnSync(`npx --no-install ${command}`, { cwd: root, stdio: 'inherit', shell: true })
    if (result.status === 0) continue
    process.stderr.write(`\ncheck failed: ${name} (${command})\n`)
    process.exit(1)
  }
}

if (import.meta.filename === process.argv[1]) check()
