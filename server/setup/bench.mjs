/** `npm run bench`: the figures of the project as a table, with peers in the same run. */
import { spawnSync } from 'node:child_process'
import { root, setUp } from './project.mjs'

await setUp()
const args = ['--import', 'tsx', 'test/bench/main.ts', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1)
