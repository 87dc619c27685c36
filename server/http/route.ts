import type { IncomingMessage, ServerResponse } from 'node:http'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { OpenServices } from '../open-services'
import { appRouter } from '../trpc/root'
import { serveFiles } from './artifacts'
import type { Guard } from './guard'
import type { Metrics } from './metrics'
import { sendFile, sendProblem } from './send-file'
import type { Thumbnails } from './thumbnails'

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Calls in one batch. */
const MAX_BATCH = 20

/** Everything that is asked over HTTP, in the order in which addresses are tried; what is left over is a page. */
export function createRoutes(
  { services, uploads, database }: OpenServices,
  guard: Guard,
  thumbnails: Thumbnails,
  metrics: Metrics,
  pages: Handler,
): Handler {
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: '/api/trpc/',
    maxBatchSize: MAX_BATCH,
    createContext: () => ({ services }),
  })

  async function sharePoster(request: IncomingMessage, response: ServerResponse, token: string) {
    const id = await services.shares.poster(token).catch(() => undefined)
    if (!id) return sendProblem(response, 404, 'share/not-found', 'This link has no picture.')
    sendFile(request, response, { file: services.data.blobs.pathOf(id), mime: 'image/jpeg', etag: id })
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    if (url.startsWith('/api/trpc/')) return void trpc(request, response)
    if (url.startsWith('/api/uploads')) return uploads.handle(request, response)
    if (url === '/metrics') return metrics.send(response)
    if (url === '/healthz') return sendHealth(response, database.read.$queryRawUnsafe('SELECT 1'))
    const poster = /^\/api\/shares\/([\w-]{1,100})\/poster\.jpg$/.exec(url)
    if (poster) return sharePoster(request, response, poster[1])
    if (await serveFiles(services, thumbnails, request, response)) return
    if (url.startsWith('/api/')) {
      return sendProblem(response, 404, 'usage/address', 'There is nothing at this address.')
    }
    await pages(request, response)
  }

  return async (request, response) => {
    if (request.url?.startsWith('/ws')) return // socket.io answers
    metrics.watch(request, response)
    if (!guard.admit(request, response)) return
    try {
      await route(request, response)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else sendProblem(response, 500, 'internal', error instanceof Error ? error.message : String(error))
    }
  }
}

async function sendHealth(response: ServerResponse, question: Promise<unknown>): Promise<void> {
  const ok = await question.then(
    () => true,
    () => false,
  )
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(ok ? 200 : 503)
  response.end(JSON.stringify({ ok, database: ok, uptimeSeconds: Math.round(process.uptime()) }))
}
