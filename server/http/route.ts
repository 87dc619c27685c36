import type { IncomingMessage, ServerResponse } from 'node:http'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { Logger } from 'pino'
import { toErrorJson } from '../../nodes/core/errors'
import type { OpenServices } from '../open-services'
import type { StudioSockets } from '../realtime/sockets'
import { appRouter } from '../trpc/root'
import { serveFiles } from './artifacts'
import type { Handler } from './front'
import { MAX_BODY_BYTES } from './guard'
import { sendHealth } from './health'
import { Metrics } from './metrics'
import { sendFile, sendProblem } from './send-file'

/** Calls in one batch. */
const MAX_BATCH = 20

export interface RoutesOptions {
  open: OpenServices
  sockets: StudioSockets
  log: Logger
  /** Answers whatever is not asked of the studio itself. */
  pages: Handler
}

/** Everything that is asked over HTTP, in the order in which addresses are tried; what is left over is a page. */
export function createRoutes({ open, sockets, log, pages }: RoutesOptions): Handler {
  const { services, uploads, thumbnails } = open
  const metrics = new Metrics(open, sockets)
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: '/api/trpc/',
    maxBatchSize: MAX_BATCH,
    maxBodySize: MAX_BODY_BYTES, // of bodies that do not say how long they are, too
    createContext: () => ({ services }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        log.error({ path, err: error.cause ?? error }, 'call failed')
    },
  })

  async function sharePoster(request: IncomingMessage, response: ServerResponse, token: string) {
    const id = await services.shares.poster(token).catch(() => undefined)
    if (!id) return sendProblem(response, 404, 'share/not-found', 'This link has no picture.')
    sendFile(request, response, { file: services.data.blobs.pathOf(id), mime: 'image/jpeg', etag: id })
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    const [address] = url.split('?', 1)
    if (url.startsWith('/api/trpc/')) return void trpc(request, response)
    if (/^\/api\/uploads(\/|$)/.test(address)) return uploads.handle(request, response)
    if (address === '/healthz') return sendHealth(response, open)
    if (address === '/metrics') return metrics.send(response)
    const poster = /^\/api\/shares\/([\w-]{1,100})\/poster\.jpg$/.exec(address)
    if (poster) return sharePoster(request, response, poster[1])
    if (await serveFiles(services, thumbnails, request, response)) return
    if (url.startsWith('/api/')) {
      return sendProblem(response, 404, 'usage/address', 'There is nothing at this address.')
    }
    await pages(request, response)
  }

  return async (request, response) => {
    const startedAt = performance.now()
    const { method = 'GET', url = '/' } = request
    metrics.watch(request, response)
    response.once('close', () => {
      log.info({ method, url, status: response.statusCode, ms: Math.round(performance.now() - startedAt) })
    })
    try {
      await route(request, response)
    } catch (error) {
      log.error({ method, url, err: error }, 'request failed')
      const { code, message, hint } = toErrorJson(error)
      if (response.headersSent) response.destroy()
      else sendProblem(response, 500, code, message, hint)
    }
  }
}
