/**
 * The web process: one port for tRPC, the sockets, files and the pages. It moves messages; work happens in the worker.
 * The only file that knows Next, tRPC, socket.io and the engine.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import next from 'next'
import { Server as SocketServer } from 'socket.io'
import { StudioError } from '../nodes/core/errors'
import { registry } from '../nodes/registry'
import { createGuard } from './http/guard'
import { Metrics } from './http/metrics'
import { createRoutes } from './http/route'
import { sendProblem } from './http/send-file'
import { Thumbnails } from './http/thumbnails'
import { openServices } from './open-services'
import { MAX_UPDATE_BYTES } from './realtime/document-room'
import type { StudioSockets } from './realtime/sockets'

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
  url: string
  close(): Promise<void>
}

/** @throws StudioError `usage/port`, `storage/…` */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { host, root, dev } = options
  process.env.NEXT_TELEMETRY_DISABLED = '1' // nothing leaves this machine
  let handle: ReturnType<typeof createRoutes> = (_request, response) =>
    sendProblem(response, 503, 'usage/starting', 'The studio is starting.')
  const server = createServer((request, response) => void handle(request, response))
  // First the port: a studio that cannot have it must not have touched anything.
  await listen(server, host, options.port)
  const { port } = server.address() as AddressInfo
  // Pages that are made on the server ask the studio here, whatever name the request came under.
  process.env.MMGT_STUDIO_URL = `http://${host}:${port}`
  const guard = createGuard({ host, port, dev })
  try {
    const sockets: StudioSockets = new SocketServer(server, {
      path: '/ws',
      serveClient: false,
      destroyUpgrade: false,
      maxHttpBufferSize: 2 * MAX_UPDATE_BYTES, // a pasted workflow is one message
      allowRequest: (request, done) => done(null, guard.admitsSocket(request)),
    })
    const bundles = import.meta.dirname // all bundles lie side by side
    const open = await openServices({ ...options, registry, sockets, bundles })
    const thumbnails = new Thumbnails(open.services.data, path.join(bundles, 'thumbnail.js'))
    const app = next({ dev, dir: root, hostname: host, port, httpServer: server })
    await app.prepare()
    const metrics = new Metrics(open, sockets)
    handle = createRoutes(open, guard, thumbnails, metrics, app.getRequestHandler())
    return {
      url: `http://${host}:${port}`,
      close: async () => {
        const closed = sockets.close()
        server.closeAllConnections() // browsers keep some open that they have not used yet
        await closed
        await open.close()
        await thumbnails.close()
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
