/**
 * The web process: one port for tRPC, the sockets, files and the pages. It moves messages; work happens in the worker.
 * The only file that knows Next, tRPC, socket.io and the engine.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import next from 'next'
import { Server as SocketServer } from 'socket.io'
import { StudioError } from '../nodes/core/errors'
import { registry } from '../nodes/registry'
import { databaseDocumentStore } from './db/document-store'
import { openDatabase } from './db/open-database'
import { databaseRunRows } from './db/run-rows'
import { serveFiles } from './http/artifacts'
import { createGuard } from './http/guard'
import { sendFile, sendProblem } from './http/send-file'
import { Thumbnails } from './http/thumbnails'
import { Uploads } from './http/uploads'
import { MAX_UPDATE_BYTES } from './realtime/document-room'
import { openLive } from './realtime/open-live'
import type { StudioSockets } from './realtime/sockets'
import type { Services } from './services'
import { openDataFolder } from './storage/data-folder'
import { appRouter } from './trpc/root'
import { AssetService } from './workflows/asset-service'
import { ExchangeService } from './workflows/exchange-service'
import { ShareService } from './workflows/share-service'
import { SystemService } from './workflows/system-service'
import { VersionService } from './workflows/version-service'
import { WorkflowService } from './workflows/workflow-service'

export interface StudioOptions {
  /** Folder of the project: where `.next` and `prisma` lie. */
  root: string
  data: string
  host: string
  /** 0 takes a free one. */
  port: number
  /** `postgres://…`; without it the database is a file in the data folder. */
  databaseUrl?: string
  /** Pages are compiled when they are asked for, and again when their source changes. */
  dev: boolean
}

export interface Studio {
  server: Server
  url: string
  services: Services
  close(): Promise<void>
}

/** Calls in one batch. */
const MAX_BATCH = 20

/** @throws StudioError `usage/port`, `storage/…` */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { host, root } = options
  process.env.NEXT_TELEMETRY_DISABLED = '1' // nothing leaves this machine
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    sendProblem(response, 503, 'usage/starting', 'The studio is starting.')
  const server = createServer((request, response) => handle(request, response))
  // First the port: a studio that cannot have it must not have touched anything.
  await listen(server, host, options.port)
  const { port } = server.address() as AddressInfo
  // Pages that are made on the server ask the studio here, whatever name the request came under.
  process.env.MMGT_STUDIO_URL = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`
  const guard = createGuard({ host, port: () => port, dev: options.dev })
  try {
    const data = openDataFolder(options.data)
    const database = await openDatabase({ root, data: data.root, url: options.databaseUrl })
    const system = new SystemService(database, data, root)
    await system.load()
    const sockets: StudioSockets = new SocketServer(server, {
      path: '/ws',
      serveClient: false,
      destroyUpgrade: false,
      maxHttpBufferSize: 2 * MAX_UPDATE_BYTES, // a pasted workflow is one message
      allowRequest: (request, done) => done(null, guard.admitsSocket(request)),
    })
    const examples = path.join(root, 'nodes', 'examples')
    let workflows: WorkflowService | undefined
    const live = await openLive({
      data,
      registry,
      sockets,
      documents: databaseDocumentStore(database),
      rows: databaseRunRows(database),
      bundles: import.meta.dirname, // all bundles lie side by side
      threads: system.settings.threads,
      limitBytes: () => system.settings.resultsLimitBytes,
      onRunOver: ({ workflow, state, posters }) => {
        if (state === 'finished' && posters.length > 0) void workflows?.showResult(workflow, posters)
      },
    })
    const { rooms, runs } = live
    live.pool.warmUp() // so that the first preview does not wait for a process to start
    const assets = new AssetService(database, data, examples)
    workflows = new WorkflowService({
      database,
      rooms,
      runs,
      assets,
      examples,
      onChanged: (workflow) => void sockets.emit('library.changed', { workflow }),
    })
    const uploads = new Uploads(data, assets)
    const services: Services = {
      registry,
      data,
      rooms,
      runs,
      assets,
      workflows,
      versions: new VersionService(database, rooms),
      shares: new ShareService({
        database,
        workflows,
        assets,
        runs,
        pins: data.pins,
        onRevoked: (token) => void sockets.in(`share:${token}`).disconnectSockets(true),
      }),
      exchange: new ExchangeService(data, workflows, assets),
      system,
      uploads,
    }
    const thumbnails = new Thumbnails(data, path.join(import.meta.dirname, 'thumbnail.js'))
    const trpc = createHTTPHandler({
      router: appRouter,
      basePath: '/api/trpc/',
      maxBatchSize: MAX_BATCH,
      createContext: () => ({ services }),
    })
    const app = next({ dev: options.dev, dir: root, hostname: host, port, httpServer: server })
    await app.prepare()
    const pages = app.getRequestHandler()
    handle = (request, response) => {
      const url = request.url ?? '/'
      if (url.startsWith('/ws')) return
      if (!guard.admit(request, response)) return
      route(request, response).catch((error) => {
        if (!response.headersSent) sendProblem(response, 500, 'internal', String(error?.message ?? error))
        else response.destroy()
      })
    }
    const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const url = request.url ?? '/'
      if (url.startsWith('/api/trpc/')) return void trpc(request, response)
      if (url.startsWith('/api/uploads')) return uploads.handle(request, response)
      if (url === '/healthz') return health(response, database.read.$queryRawUnsafe('SELECT 1'))
      const poster = /^\/api\/shares\/([\w-]{1,100})\/poster\.jpg$/.exec(url)
      if (poster) return sharePoster(services, request, response, poster[1])
      if (await serveFiles(services, thumbnails, request, response)) return
      await pages(request, response)
    }
    return {
      server,
      url: `http://${host}:${port}`,
      services,
      close: async () => {
        await sockets.close()
        await live.close()
        await thumbnails.close()
        await database.close()
        await app.close()
      },
    }
  } catch (error) {
    server.close()
    throw error
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      reject(
        new StudioError('usage/port', `Port ${port} is taken by another program.`, {
          hint: `Open http://${host}:${port} if that is a studio of yours, or choose another: --port ${port + 1}.`,
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

async function health(response: ServerResponse, question: Promise<unknown>): Promise<void> {
  const ok = await question.then(
    () => true,
    () => false,
  )
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(ok ? 200 : 503)
  response.end(JSON.stringify({ ok, database: ok, uptimeSeconds: Math.round(process.uptime()) }))
}

/** The picture of a link for other programs that show it, without a session. */
async function sharePoster(
  { shares, data }: Services,
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<void> {
  const id = await shares.poster(token).catch(() => undefined)
  if (!id) return sendProblem(response, 404, 'share/not-found', 'This link has no picture.')
  sendFile(request, response, { file: data.blobs.pathOf(id), mime: 'image/jpeg', etag: id })
}
