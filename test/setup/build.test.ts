import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../support/cli'
import { tempFolder } from '../support/engine'

/** A project of a few lines with the real build script; its command waits for a line before it loads its part. */
function smallProject(): { folder: string; write(file: string, text: string): void; build(): void } {
  const folder = tempFolder()
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  const entries = [
    'server/worker/main.ts',
    'server/worker/executor.ts',
    'server/runs/analyst-thread.ts',
    'server/files/file-worker-main.ts',
    'server/packs/hash-thread.ts',
    'nodes/registry.ts',
  ]
  for (const entry of entries) write(entry, `console.log('${entry}')`)
  write(
    'server/cli/main.ts',
    `process.stdin.once('data', async () => {
      console.log((await import('../../nodes/part')).word)
      process.exit(0)
    })
    console.log('started')`,
  )
  write('package.json', '{ "type": "module" }')
  mkdirSync(path.join(folder, 'server/setup'))
  for (const name of ['project.mjs', 'database.mjs'])
    copyFileSync(path.join(root, 'server/setup', name), path.join(folder, 'server/setup', name))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  const script = "import('./server/setup/project.mjs').then((project) => project.ensureBuilt())"
  return { folder, write, build: () => execFileSync(process.execPath, ['-e', script], { cwd: folder }) }
}

it('a command that runs while its project is built anew goes on with what it started with', async () => {
  const { folder, write, build } = smallProject()
  write('nodes/part.ts', "export const word = 'old'")
  build()
  const child = spawn(process.execPath, ['dist/mmgt.js'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  await expect.poll(() => said).toBe('started\n')

  write('nodes/part.ts', "export const word = 'new'")
  build()
  child.stdin.end('go\n')
  expect(await ended).toBe(0)
  expect(said).toBe('started\nold\n')

  const fresh = execFileSync(process.execPath, ['dist/mmgt.js'], { cwd: folder, input: 'go\n' })
  expect(fresh.toString()).toBe('started\nnew\n')
  expect(readdirSync(path.join(folder, 'dist')).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
