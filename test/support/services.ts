import path from 'node:path'
import pino from 'pino'
import { onTestFinished } from 'vitest'
import { registry as shippedNodes } from '../../nodes/registry'
import { type Handler, openFront } from '../../server/http/front'
import { createRoutes } from '../../server/http/route'
import type { UploadLimits } from '../../server/http/uploads'
import { openServices } from '../../server/open-services'
import { appRouter } from '../../server/trpc/root'
import { tempFolder } from './engine'

export const root = path.resolve(import.meta.dirname, '../..')

/** Everything of a studio but its pages, over a fresh (or given) data folder and with the real nodes. */
export async function testStudio(
  opts: { data?: string; databaseUrl?: string; uploads?: Partial<UploadLimits> } = {},
) {
  const data = opts.data ?? tempFolder()
  const front = await openFront({ host: '127.0.0.1', port: 0, dev: false })
  const { sockets, url } = front
  const bundles = path.join(root, 'dist')
  const open = await openServices({ registry: shippedNodes, root, data, sockets, bundles, ...opts })
  const pages: Handler = (_request, response) => {
    response.writeHead(404)
    response.end('a page')
  }
  front.answerWith(createRoutes({ open, sockets, log: pino({ enabled: false }), pages }))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      await sockets.close()
      await open.close()
    })()
    return closing
  }
  onTestFinished(close)
  const { services, database } = open
  return {
    services,
    database,
    data,
    port: Number(new URL(url).port),
    url,
    api: appRouter.createCaller({ services }),
    close,
  }
}
