/** `npm run test:golden [-- --dir DIR]`: our numbers beside the original's, from a fresh clone. */
import { spawnSync } from 'node:child_process'
import { checkNode, ensureInstalled, root } from './project.mjs'

checkNode()
ensureInstalled()
const args = ['--import', 'tsx', 'test/golden/harness/main.ts', ...process.argv.slice(2)]
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1)
