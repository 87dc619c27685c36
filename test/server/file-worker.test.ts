import { copyFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { FileTask } from '../../server/files/file-work'
import { FileWorker } from '../../server/files/file-worker'
import { openDataFolder } from '../../server/storage/data-folder'
import { tempFolder } from '../support/engine'
import { root } from '../support/services'

function fileWorker(limitMs?: (task: FileTask) => number) {
  const worker = new FileWorker(path.join(root, 'dist', 'files.js'), limitMs)
  onTestFinished(() => worker.close())
  const data = openDataFolder(tempFolder())
  const take = (name: string) => {
    const file = path.join(data.temp, name)
    copyFileSync(path.join(root, 'nodes/examples/portrait-mara.png'), file)
    return worker.do({ type: 'import', data: data.root, file, name })
  }
  return { worker, take }
}

it('a file that is read without end is given up with one sentence; the others are read, by a new process', async () => {
  const { worker, take } = fileWorker((task) =>
    task.type === 'import' && task.name === 'endless.png' ? 200 : 60_000,
  )
  expect((await take('first.png')).kind).toBe('image')
  const [stopped] = worker.pids
  process.kill(stopped, 'SIGSTOP') // as if it were inside a decoder that never returns
  const others = ['a.png', 'b.png', 'c.png']
  const [endless, ...read] = await Promise.allSettled([take('endless.png'), ...others.map(take)])
  expect(endless).toMatchObject({
    reason: { code: 'asset/unreadable', message: 'Reading this file was given up after 1 s.' },
  })
  expect(read.map(({ status }) => status)).toEqual(others.map(() => 'fulfilled'))
  await Promise.all([take('d.png'), take('e.png')])
  expect(worker.pids).toHaveLength(2)
  expect(worker.pids).not.toContain(stopped)
})

it('a file whose process dies takes no other one with it', async () => {
  const { worker, take } = fileWorker()
  await take('first.png')
  const [pid] = worker.pids
  process.kill(pid, 'SIGSTOP')
  const all = Promise.allSettled([take('deadly.png'), take('a.png'), take('b.png')])
  process.kill(pid, 'SIGKILL')
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})
