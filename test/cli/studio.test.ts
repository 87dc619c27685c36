import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { lockFolder } from '../../server/storage/folder-lock'
import { isAlive, processStart } from '../../server/storage/process'
import { ensurePages } from '../e2e/support/pages'
import { cli, startCli } from '../support/cli'
import { tempFolder } from '../support/engine'

describe('mmgt studio', () => {
  beforeAll(ensurePages, 400_000) // on a machine that may be busy with other tests

  it('refuses a data folder that another studio has open, naming its process and address', async () => {
    const data = tempFolder()
    const lock = lockFolder(data, 'http://127.0.0.1:3000')
    lock.openedAt('http://127.0.0.1:4711')
    const { code, stderr } = await cli(['studio', '--port', '0', '--data', data])
    expect(code).toBe(1)
    expect(stderr).toContain(`process ${process.pid}, http://127.0.0.1:4711`)
    expect(stderr).toContain('--data DIR')
    lock.release()
  })

  it('says which port is taken and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const data = tempFolder()
    const { code, stderr } = await cli(['studio', '--port', String(port), '--data', data])
    other.close()
    expect(code).toBe(2)
    expect(stderr).toContain(`Port ${port} is taken by another program.`)
    expect(stderr).toContain(`--port ${port + 1}`)
    lockFolder(data, '').release() // and it let the folder go
  })

  it('listens for this machine only, and takes ports that are ports', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.4']) {
      const { code, stderr } = await cli(['studio', '--host', host, '--data', tempFolder()])
      expect([code, stderr.includes('has no accounts'), stderr.includes('ssh -L')]).toEqual([2, true, true])
    }
    const { code, stderr } = await cli(['studio', '--port', '70000'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('--port is "70000"')])
  })

  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)(
    'ends at once on %s with code %i, its worker with it and the folder free',
    async (signal, expected) => {
      const data = tempFolder()
      const { child, done } = startCli(['studio', '--port', '0', '--data', data])
      let said = ''
      child.stderr!.on('data', (text) => {
        said += text
      })
      await expect
        .poll(() => said, { timeout: 100_000 })
        .toMatch(/MMGT Studio is at http:\/\/127\.0\.0\.1:\d+\n$/)
      const url = /http:\S+/.exec(said)![0]
      const { worker } = (await (await fetch(`${url}/healthz`)).json()) as { worker: string }
      expect(worker).toBe('alive')
      expect(JSON.parse(readFileSync(path.join(data, 'studio.lock'), 'utf8'))).toMatchObject({
        pid: child.pid,
        url,
      })
      const children = childrenOf(child.pid!)
      const sentAt = performance.now()
      child.kill(signal)
      expect((await done).code).toBe(expected)
      expect(performance.now() - sentAt).toBeLessThan(10_000)
      if (process.platform === 'linux') expect(children.length).toBeGreaterThan(0)
      await expect.poll(() => children.filter(isAlive)).toEqual([])
      lockFolder(data, '').release()
    },
  )
})

describe('the lock of a data folder', () => {
  const file = (data: string) => path.join(data, 'studio.lock')
  const owner = (data: string) => JSON.parse(readFileSync(file(data), 'utf8')) as { pid: number }

  it('is taken over from a process that is gone, was torn, or whose id is another program’s by now', () => {
    const left = [
      JSON.stringify({ pid: 2 ** 22 + 1, start: 'x', url: '' }), // above the largest id
      '{"pid":',
      '',
      // The parent of this process is alive, but did not start then.
      JSON.stringify({ pid: process.ppid, start: 'another boot 1', url: '' }),
    ]
    for (const text of process.platform === 'win32' ? left.slice(0, 3) : left) {
      const data = tempFolder()
      writeFileSync(file(data), text)
      const lock = lockFolder(data, 'http://x')
      expect(owner(data).pid, text).toBe(process.pid)
      lock.release()
    }
  })

  it('is not taken from a process that runs', () => {
    const data = tempFolder()
    const { ppid: pid } = process
    writeFileSync(file(data), JSON.stringify({ pid, start: processStart(pid), url: 'http://there' }))
    expect(() => lockFolder(data, 'http://here')).toThrow(`process ${pid}, http://there`)
    expect(owner(data).pid).toBe(pid)
  })
})

/** Ids of the processes a process has started, where the system says. */
function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
