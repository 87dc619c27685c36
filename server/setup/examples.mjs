/** `npm run examples`: draws the shipped portraits and writes their poses, speech and workflows again. */
import { spawnSync } from 'node:child_process'
import { root, setUp } from './project.mjs'

await setUp()
const args = ['--import', 'tsx', 'nodes/examples/make-examples.ts', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1)
