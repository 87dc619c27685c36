import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { createLog } from '../http/log'
import { makeFolder } from '../storage/files'
import { isAlive } from '../storage/process'
import { usageError } from './flags'
import type { Command } from './main'
import { projectRoot } from './session'

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

export const studio: Command = {
  usage: 'studio [--port 3000] [--host 127.0.0.1] [--data DIR]',
  summary: 'The studio in the browser.',
  flags: {
    port: { type: 'string', value: 'N', help: 'port to listen on (default 3000)' },
    host: {
      type: 'string',
      value: 'ADDRESS',
      help: 'address of this machine to listen on (default 127.0.0.1)',
    },
    dev: { type: 'boolean', help: 'for work on the studio itself: pages follow their source' },
  },
  async execute({ values, reporter, signal }) {
    const host = String(values.host ?? '127.0.0.1')
    const port = readPort(String(values.port ?? 3000))
    if (!LOOPBACK.includes(host)) {
      throw usageError(
        `--host ${host} would let everybody on the network in, and this version has no accounts.`,
        'Leave it out, and reach the studio from elsewhere through an SSH tunnel: ssh -L 3000:127.0.0.1:3000 HOST.',
      )
    }
    const data = path.resolve(String(values.data ?? path.join(projectRoot, 'data')))
    const release = takeFolder(data, `http://${host}:${port}`)
    try {
      const { startStudio } = await import('../index')
      const running = await startStudio({
        root: projectRoot,
        data,
        host,
        port,
        databaseUrl: process.env.DATABASE_URL,
        dev: values.dev === true,
        log: createLog({ verbose: values.verbose === true }),
      })
      reporter.note(`MMGT Studio is at ${running.url}`)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      await running.close()
    } finally {
      release()
    }
  },
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw usageError(`--port ${text} is not a port.`, 'Give a number from 1 to 65535.')
}

/**
 * One studio per data folder: two would not know of each other's open documents. Commands may use it at the same time.
 *
 * @returns how to let it go
 */
function takeFolder(data: string, url: string): () => void {
  makeFolder(data)
  const file = path.join(data, 'studio.lock')
  const owner = readOwner(file)
  if (owner && owner.pid !== process.pid && isAlive(owner.pid)) {
    throw new StudioError(
      'storage/in-use',
      `Another studio (process ${owner.pid}, ${owner.url}) has the data folder ${data} open.`,
      { hint: 'Use that one, stop it, or choose another folder: --data DIR.' },
    )
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, url }))
  return () => {
    if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}

function readOwner(file: string): { pid: number; url: string } | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string }
  } catch {
    return undefined // torn by a kill: nobody has it
  }
}
