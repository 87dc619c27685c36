import path from 'node:path'
import type { Command } from './main'
import { projectRoot } from './session'

export const studio: Command = {
  usage: 'studio [--port 3000] [--host 127.0.0.1] [--data DIR]',
  summary: 'The studio in the browser.',
  flags: {
    port: { type: 'string', value: 'N', help: 'port to listen on (default 3000)' },
    host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (default 127.0.0.1)' },
    dev: { type: 'boolean', help: 'for work on the studio itself: pages follow their source' },
  },
  async execute({ values, reporter, signal }) {
    const { startStudio } = await import('../index')
    const running = await startStudio({
      root: projectRoot,
      data: path.resolve(String(values.data ?? path.join(projectRoot, 'data'))),
      host: String(values.host ?? '127.0.0.1'),
      port: Number(values.port ?? 3000),
      databaseUrl: process.env.DATABASE_URL,
      dev: values.dev === true,
    })
    reporter.note(`MMGT Studio is at ${running.url}`)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await running.close()
  },
}
