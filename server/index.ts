/**
 * The web process: one port for tRPC, the sockets, files and the pages. It moves messages; work happens in the worker.
 * The only file that knows Next, tRPC, socket.io and the engine.
 */
import next from 'next'
import type { Logger } from 'pino'
import { registry } from '../nodes/registry'
import { openFront } from './http/front'
import { createRoutes } from './http/route'
import type { UploadLimits } from './http/uploads'
import { openServices } from './open-services'

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
  log: Logger
  uploads?: Partial<UploadLimits>
}

export interface Studio {
  url: string
  close(): Promise<void>
}

/** @throws StudioError `usage/port`, `storage/…` */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { host, root, dev, log } = options
  process.env.NEXT_TELEMETRY_DISABLED = '1' // nothing leaves this machine
  // First the port: a studio that cannot have it must not have touched anything.
  const front = await openFront(options)
  const { url, server, sockets } = front
  // Pages that are made on the server ask the studio here, whatever name the request came under.
  process.env.MMGT_STUDIO_URL = url
  try {
    const bundles = import.meta.dirname // all bundles lie side by side
    const open = await openServices({ ...options, registry, sockets, bundles })
    const app = next({
      dev,
      dir: root,
      hostname: host,
      port: Number(new URL(url).port || 80),
      httpServer: server,
    })
    await app.prepare()
    front.answerWith(createRoutes({ open, sockets, log, pages: app.getRequestHandler() }))
    return {
      url,
      close: async () => {
        const closed = sockets.close()
        server.closeAllConnections() // browsers keep some open that they have not used yet
        await closed
        await open.close()
        await app.close()
      },
    }
  } catch (error) {
    server.close()
    throw error
  }
}
