import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { testEngine, workflow } from '../support/engine'
import { constant, film } from '../support/nodes'
import { smallDisk } from '../support/small-disk'

const noisy = (frames: number) =>
  workflow()
    .node('level', constant, { value: 3 })
    .node('film', film, { frames, noise: true })
    .link('level.value', 'film.level')

it('a full disk ends the run with one sentence, leaves nothing half-written, and the next run works', async (context) => {
  const disk = smallDisk(3)
  if (!disk) return context.skip('mounting a small tmpfs is not permitted here')
  const engine = await testEngine({ data: path.join(disk, 'data') })
  const error = await engine.run(noisy(40_000).document).catch((e) => e)
  expect(error.code).toBe('storage/full')
  expect(error.message).toContain('The disk is full')
  expect(error.hint).toContain('Free some space')
  const left = readdirSync(path.join(disk, 'data'), { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => entry.name.endsWith('.tmp'))).toEqual([])
  for (const entry of left) {
    if (entry.isFile() && entry.parentPath.includes('blobs')) {
      const bytes = await engine.data.blobs.read({
        sha256: entry.name,
        size: (await import('node:fs')).statSync(path.join(entry.parentPath, entry.name)).size,
      })
      expect(bytes.length).toBeGreaterThan(0)
    }
  }
  execFileSync('mount', ['-o', 'remount,size=64m', disk])
  await engine.run(noisy(400).document)
})
