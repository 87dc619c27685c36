import path from 'node:path'
import { hostName } from '../http/guard'
import { lockFolder } from '../storage/folder-lock'
import { numberFlag, usageError } from './flags'
import type { Command } from './main'
import { projectRoot } from './session'

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

export const studio: Command = {
  usage: 'studio [--port 3000] [--host 127.0.0.1] [--data DIR]',
  summary: 'The studio in the browser.',
  flags: {
    port: { type: 'string', value: 'N', help: 'port to listen on (default 3000; 0 takes a free one)' },
    host: {
      type: 'string',
      value: 'ADDRESS',
      help: 'address of this machine to listen on (default 127.0.0.1)',
    },
    'max-upload': { type: 'string', value: 'GB', help: 'largest file that can be added (default 4)' },
    dev: { type: 'boolean', help: 'for work on the studio itself: pages follow their source' },
  },
  async execute({ values, reporter, signal }) {
    const host = String(values.host ?? '127.0.0.1')
    const port = numberFlag(values, 'port', { min: 0, max: 65_535, integer: true, fallback: 3000 })!
    const gigabytes = numberFlag(values, 'max-upload', { min: 0.001, max: 1000, fallback: 4 })!
    if (!LOOPBACK.includes(host)) {
      throw usageError(
        `--host ${host} would let everybody on the network in, and this version has no accounts.`,
        `Leave it out, and reach the studio from elsewhere through an SSH tunnel: ssh -L ${port}:127.0.0.1:${port} HOST.`,
      )
    }
    const data = path.resolve(String(values.data ?? path.join(projectRoot, 'data')))
    const lock = lockFolder(data, `http://${hostName(host)}:${port}`)
    let isInterrupted = false
    process.once('SIGINT', () => {
      isInterrupted = true
    })
    try {
      const [{ startStudio }, { createLog }] = await Promise.all([import('../index'), import('../http/log')])
      const running = await startStudio({
        root: projectRoot,
        data,
        host,
        port,
        databaseUrl: process.env.DATABASE_URL,
        dev: values.dev === true,
        log: createLog({ verbose: values.verbose === true }),
        uploads: { maxBytes: gigabytes * 1e9 },
      })
      lock.openedAt(running.url)
      reporter.note(`MMGT Studio is at ${running.url}`)
      await new Promise<void>((resolve) => {
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await running.close()
    } finally {
      lock.release()
    }
    return isInterrupted ? 130 : 0
  },
}
