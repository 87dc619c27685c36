import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import type * as Y from 'yjs'
import { type LiveStatus, SyncedDocument } from '../../app/_lib/live/live-document'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { tempFolder } from './engine'
import { type LiveServerOptions, startLive } from './live-server'
import { registry } from './nodes'
import { workerBundle } from './worker-bundle'

export { addNode } from './add-node'
export { emptyWorkflow } from './live-server'

/** A live server with the test nodes, closed when the test is over. */
export async function liveServer(opts: Partial<LiveServerOptions> = {}) {
  const live = await startLive({ folder: tempFolder(), bundles: await workerBundle(), registry, ...opts })
  onTestFinished(live.close)
  return live
}

export function connect(port: number): StudioSocket {
  const socket: StudioSocket = io(`http://127.0.0.1:${port}`, {
    path: '/ws',
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
  })
  onTestFinished(() => void socket.disconnect())
  return socket
}

/** A tab with the workflow open. */
export async function openTab(port: number, workflow = 'w') {
  const socket = connect(port)
  const live = new SyncedDocument(workflow, socket)
  await live.whenLoaded
  return { socket, live, doc: live.doc }
}

export function until(live: SyncedDocument, status: LiveStatus): Promise<void> {
  if (live.status() === status) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = live.onStatus((now) => {
      if (now !== status) return
      stop()
      resolve()
    })
  })
}

/** Resolves when the document holds what `test` looks for. */
export function untilDoc(doc: Y.Doc, test: () => boolean): Promise<void> {
  if (test()) return Promise.resolve()
  return new Promise((resolve) => {
    const look = () => {
      if (!test()) return
      doc.off('update', look)
      resolve()
    }
    doc.on('update', look)
  })
}
