/** `npm test`: everything, from a fresh clone. Arguments are handed on to vitest and skip the checks. */
import { spawnSync } from 'node:child_process'
import { check } from './check.mjs'
import { root, setUp } from './project.mjs'

await setUp()
const only = process.argv.slice(2)
if (only.length === 0) check()
const result = spawnSync('npx', ['--no-install', 'vitest', 'run', ...only], { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)
