/** What every command of the project needs first: plain Node, because nothing is installed when it begins. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { ensureGenerated } from './database.mjs'

export const root = path.resolve(import.meta.dirname, '../..')
const at = (...parts) => path.join(root, ...parts)
const say = (text) => process.stderr.write(`${text}\n`)

const hash = (text) => createHash('sha256').update(text).digest('hex')
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const packagesIn = (file) => JSON.parse(read(file) || '{}').packages ?? {}

/** Node 20.9 is the oldest that every dependency accepts. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 9)) return
  say(`MMGT Studio needs Node 20.9 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/**
 * Whether the packages that npm has noted in `node_modules` are those of a lock file, but for optional ones, which
 * other systems may need. Both are npm's lists of packages by their folder.
 */
const isInstalled = (wanted, noted) =>
  Object.entries(wanted).every(([folder, { version, integrity, optional }]) => {
    const found = noted[folder]
    if (folder === '' || (optional && !found)) return true // the first is this project itself
    return found?.version === version && found.integrity === integrity
  })

/** Runs `npm ci` when packages are missing or others than those of the lock file are installed. */
export function ensureInstalled() {
  const lock = hash(read(at('package-lock.json')))
  const stamp = at('node_modules', '.mmgt-lock')
  if (read(stamp) === lock) return false
  if (
    isInstalled(packagesIn(at('package-lock.json')), packagesIn(at('node_modules', '.package-lock.json')))
  ) {
    writeFileSync(stamp, lock)
    return false
  }
  say('Installing packages (once; about a minute)…')
  // The shell finds npm under its platform's name; the arguments are ours, none is a user's.
  const result = spawnSync('npm ci --no-audit --no-fund --loglevel=error', {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: true,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }, // its script would fetch CUDA libraries
  })
  if (result.status !== 0) {
    say(
      'The packages could not be installed. The lines above say why; most often the npm registry cannot be reached.',
    )
    process.exit(1)
  }
  writeFileSync(stamp, lock)
  return true
}

const SOURCES = ['nodes', 'server', 'models', 'prisma/schema.prisma', 'package-lock.json']

function* files(entry) {
  const info = statSync(entry, { throwIfNoEntry: false })
  if (!info) return
  if (!info.isDirectory()) return void (yield `${entry}:${info.size}:${info.mtimeMs}`)
  for (const name of readdirSync(entry).sort()) yield* files(path.join(entry, name))
}

/** Packages stay outside of the bundles, but for zod: every command and thread begins with it, and in one piece it loads faster. */
const packagesOutside = {
  name: 'packages-outside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || name === 'zod' ? undefined : { path: name, external: true },
    ),
}

/** Bundles that no build has used for a day: no command that started with them still runs. */
const STALE_MS = 24 * 3_600_000

/** Bundles the command line and the worker into `dist/` when a source file is newer. */
export async function ensureBuilt() {
  const state = hash(SOURCES.flatMap((name) => [...files(at(name))]).join('\n'))
  const [builtState, ...builtNames] = read(at('dist', '.stamp')).split('\n')
  if (builtState === state) return false
  const { build, stop } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      mmgt: 'server/cli/main.ts',
      worker: 'server/worker/main.ts',
      executor: 'server/worker/executor.ts',
      analyst: 'server/runs/analyst-thread.ts',
      files: 'server/files/file-worker-main.ts',
      hash: 'server/packs/hash-thread.ts',
      registry: 'nodes/registry.ts',
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [packagesOutside],
    logLevel: 'warning',
    write: false,
  })
  await stop() // it would stay as a process beside a studio that runs for days
  replaceBundles(outputFiles, builtNames)
  writeWhole(at('dist', '.stamp'), [state, ...outputFiles.map((file) => path.basename(file.path))].join('\n'))
  return true
}

/**
 * Puts a build in the place of the one before it, under the feet of commands that run or start at this moment: each
 * file is whole at any time, parts come before the entries that import them, and what only the old build used stays
 * for a day, because a running command loads its parts when it needs them.
 */
function replaceBundles(outputFiles, builtNames) {
  mkdirSync(at('dist'), { recursive: true })
  const isPart = ({ path: file }) => /-[A-Z0-9]{8}\.js$/.test(file) // the rest are entries
  for (const file of outputFiles.filter(isPart)) writeWhole(file.path, file.contents)
  for (const file of outputFiles.filter((file) => !isPart(file))) writeWhole(file.path, file.contents)
  const current = new Set(outputFiles.map((file) => path.basename(file.path)))
  const now = new Date()
  for (const name of readdirSync(at('dist'))) {
    const info = statSync(at('dist', name), { throwIfNoEntry: false })
    if (current.has(name) || name === '.stamp' || !info) continue
    if (builtNames.includes(name))
      utimesSync(at('dist', name), now, now) // stale from now on
    else if (now.getTime() - info.mtimeMs > STALE_MS)
      rmSync(at('dist', name), { recursive: true, force: true })
  }
}

function writeWhole(file, contents) {
  const part = `${file}.${process.pid}.tmp`
  writeFileSync(part, contents)
  renameSync(part, file)
}

/** What the pages are made from. */
const PAGE_SOURCES = [
  'app',
  'nodes/core',
  ...['dsp', 'pose', 'mask', 'warp'].map((name) => `nodes/lib/${name}`), // the pure part
  'next.config.js',
  'postcss.config.mjs',
  'package-lock.json',
]

/** Builds the pages into `.next` when a source of theirs is newer. */
export function ensurePages() {
  const state = hash(PAGE_SOURCES.flatMap((name) => [...files(at(name))]).join('\n'))
  const stamp = at('.next', '.mmgt-stamp')
  if (read(stamp) === state && existsSync(at('.next', 'BUILD_ID'))) return false
  say('Building the pages (half a minute to a minute, once)…')
  const result = spawnSync('npx --no-install next build', {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: true,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  })
  if (result.status !== 0) {
    say(`The pages could not be built.\n${result.stdout}${result.stderr}`)
    process.exit(1)
  }
  writeFileSync(stamp, state)
  return true
}

export async function setUp() {
  checkNode()
  ensureInstalled()
  ensureGenerated()
  await ensureBuilt()
}
