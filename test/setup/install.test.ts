import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/cli'
import { tempFolder } from '../support/engine'

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>

const lock: Packages = {
  '': { version: '1.0.0' },
  'node_modules/zod': { version: '4.1.0', integrity: 'sha512-zod' },
  'node_modules/for-other-systems': { version: '2.0.0', integrity: 'sha512-other', optional: true },
}

/** Whether the first command in a checkout calls npm, given npm's own note of what it has installed. */
function installs(noted: Packages | undefined): boolean {
  const folder = tempFolder()
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  write('node_modules/.keep', '')
  if (noted) write('node_modules/.package-lock.json', JSON.stringify({ packages: noted }))
  write('package.json', '{ "type": "module" }')
  write('package-lock.json', JSON.stringify({ packages: lock })) // younger, as in a fresh checkout
  write('bin/npm', '#!/bin/sh\ntouch called')
  chmodSync(path.join(folder, 'bin/npm'), 0o755)
  mkdirSync(path.join(folder, 'server/setup'), { recursive: true })
  for (const name of ['project.mjs', 'database.mjs'])
    copyFileSync(path.join(root, 'server/setup', name), path.join(folder, 'server/setup', name))
  const script = "import('./server/setup/project.mjs').then((project) => project.ensureInstalled())"
  const PATH = `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}`
  execFileSync(process.execPath, ['-e', script], {
    cwd: folder,
    env: { ...process.env, PATH },
    stdio: 'pipe',
  })
  return existsSync(path.join(folder, 'called'))
}

const zod = lock['node_modules/zod']

it('packages that the lock file asks for are not installed again, whoever put them there', () => {
  expect(installs({ 'node_modules/zod': zod })).toBe(false)
})

it('packages are installed when one is missing, is another version or has other bytes', () => {
  expect(installs(undefined)).toBe(true)
  expect(installs({ 'node_modules/zod': { ...zod, version: '4.0.0' } })).toBe(true)
  expect(installs({ 'node_modules/zod': { ...zod, integrity: 'sha512-else' } })).toBe(true)
})
