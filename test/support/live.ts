import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import * as Y from 'yjs'
import { type LiveStatus, SyncedDocument } from '../../app/_lib/live/live-document'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { writeLive } from '../../nodes/core/live-document'
import type { DocumentStore } from '../../server/realtime/document-store'
import { openLive } from '../../server/realtime/open-live'
import type { StudioSockets } from '../../server/realtime/sockets'
import { openDataFolder } from '../../server/storage/data-folder'
import { tempFolder } from './engine'
import { fileDocumentStore } from './file-document-store'
import { fileRunRows } from './file-run-rows'
import { registry } from './nodes'
import { workerBundle } from './worker-bundle'

export function updateOf(document: WorkflowDocument): Uint8Array {
  const doc = new Y.Doc()
  writeLive(doc, document)
  return Y.encodeStateAsUpdate(doc)
}

export const emptyWorkflow = (id: string): WorkflowDocument =>
  parseDocument({ schema: 1, id, name: 'Test', nodes: {}, edges: [] })

/** Everything live of a studio, with the test nodes and without pages. The workflow `w` is there and empty. */
export async function liveServer(opts: { folder?: string; store?: DocumentStore; port?: number } = {}) {
  const data = openDataFolder(opts.folder ?? tempFolder())
  const store = opts.store ?? fileDocumentStore(path.join(data.root, 'documents'))
  if ((await store.load('w')).length === 0) await store.append('w', updateOf(emptyWorkflow('w')))
  const http = createServer()
  const sockets: StudioSockets = new Server(http, { path: '/ws', maxHttpBufferSize: 1e7 })
  const live = await openLive({
    data,
    registry,
    sockets,
    documents: store,
    rows: fileRunRows(path.join(data.root, 'runs.jsonl')),
    bundles: await workerBundle(),
    threads: 2,
  })
  await new Promise<void>((resolve) => http.listen(opts.port ?? 0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= sockets.close().then(() => live.close())
    return closing
  }
  onTestFinished(close)
  return { ...live, data, store, sockets, port, close }
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

export function addNode(
  doc: Y.Doc,
  id: string,
  params: Record<string, unknown> = {},
  type = 'test/constant',
) {
  doc.transact(() => {
    const node = new Y.Map<unknown>([
      ['type', type],
      ['version', 1],
      ['mode', 'on'],
      ['title', null],
      ['params', new Y.Map(Object.entries(params))],
    ])
    doc.getMap<Y.Map<unknown>>('nodes').set(id, node)
  })
}
