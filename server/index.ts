/** The web process: one port for tRPC, the sockets and the pages. It moves messages; work happens in the worker. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import path from 'node:path'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import next from 'next'
import { Server as SocketServer } from 'socket.io'
import { registry } from '../nodes/registry'
import { MAX_UPDATE_BYTES } from './realtime/document-room'
import { fileDocumentStore } from './realtime/file-document-store'
import { openLive } from './realtime/open-live'
import type { StudioSockets } from './realtime/sockets'
import { fileRunRows } from './runs/file-run-rows'
import type { Services } from './services'
import { openDataFolder } from './storage/data-folder'
import { appRouter } from './trpc/root'

export interface StudioOptions {
  /** Folder of the project: where `.next` lies. */
  root: string
  data: string
  host: string
  port: number
  /** Pages are compiled when they are asked for, and again when their source changes. */
  dev: boolean
}

export interface Studio {
  server: Server
  url: string
  close(): Promise<void>
}

export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { host, port } = options
  process.env.NEXT_TELEMETRY_DISABLED = '1' // nothing leaves this machine
  const data = openDataFolder(options.data)
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer((request, response) => handle(request, response))
  const app = next({ dev: options.dev, dir: options.root, hostname: host, port, httpServer: server })
  await app.prepare()
  const pages = app.getRequestHandler()
  const sockets: StudioSockets = new SocketServer(server, {
    path: '/ws',
    serveClient: false,
    destroyUpgrade: false,
    maxHttpBufferSize: 2 * MAX_UPDATE_BYTES, // a pasted workflow is one message
  })
  const live = await openLive({
    data,
    registry,
    sockets,
    documents: fileDocumentStore(path.join(data.root, 'documents')),
    rows: fileRunRows(path.join(data.root, 'runs.jsonl')),
    bundles: import.meta.dirname, // all bundles lie side by side
  })
  live.pool.warmUp() // so that the first preview does not wait for a process to start
  const services: Services = { registry, data, rooms: live.rooms, runs: live.runs }
  const trpc = createHTTPHandler({
    router: appRouter,
    basePath: '/api/trpc/',
    createContext: () => ({ services }),
  })
  handle = (request, response) => {
    const url = request.url ?? '/'
    if (url.startsWith('/ws')) return
    if (url.startsWith('/api/trpc/')) return void trpc(request, response)
    void pages(request, response)
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  return {
    server,
    url: `http://${host}:${port}`,
    close: async () => {
      await sockets.close()
      await live.close()
      await app.close()
    },
  }
}
