import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Server } from 'socket.io'
import { onTestFinished } from 'vitest'
import { registry as shippedNodes } from '../../nodes/registry'
import { createGuard } from '../../server/http/guard'
import { Metrics } from '../../server/http/metrics'
import { createRoutes } from '../../server/http/route'
import { Thumbnails } from '../../server/http/thumbnails'
import { openServices } from '../../server/open-services'
import type { StudioSockets } from '../../server/realtime/sockets'
import { appRouter } from '../../server/trpc/root'
import { tempFolder } from './engine'

export const root = path.resolve(import.meta.dirname, '../..')

/** Everything of a studio but its pages, over a fresh (or given) data folder and with the real nodes. */
export async function testStudio(opts: { data?: string; databaseUrl?: string } = {}) {
  const data = opts.data ?? tempFolder()
  const http = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const guard = createGuard({ host: '127.0.0.1', port, dev: false })
  const sockets: StudioSockets = new Server(http, {
    path: '/ws',
    allowRequest: (request, done) => done(null, guard.admitsSocket(request)),
  })
  const bundles = path.join(root, 'dist')
  const open = await openServices({ registry: shippedNodes, root, data, sockets, bundles, ...opts })
  const thumbnails = new Thumbnails(open.services.data, path.join(bundles, 'thumbnail.js'))
  const handle = createRoutes(open, guard, thumbnails, new Metrics(open, sockets), (_request, response) => {
    response.writeHead(404)
    response.end('a page')
  })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      await sockets.close()
      await open.close()
      await thumbnails.close()
    })()
    return closing
  }
  onTestFinished(close)
  const { services, database } = open
  return {
    services,
    database,
    data,
    port,
    url: `http://127.0.0.1:${port}`,
    api: appRouter.createCaller({ services }),
    close,
  }
}
