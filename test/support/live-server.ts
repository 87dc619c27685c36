/** Everything live of a studio without pages, for tests, benches and processes that are killed. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Server } from 'socket.io'
import * as Y from 'yjs'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { writeLive } from '../../nodes/core/live-document'
import type { Registry } from '../../nodes/core/registry'
import type { DocumentStore } from '../../server/realtime/document-store'
import { openLive } from '../../server/realtime/open-live'
import type { StudioSockets } from '../../server/realtime/sockets'
import type { RunRows } from '../../server/runs/run-rows'
import { openDataFolder } from '../../server/storage/data-folder'
import { fileDocumentStore } from './file-document-store'
import { fileRunRows } from './file-run-rows'

export function updateOf(document: WorkflowDocument): Uint8Array {
  const doc = new Y.Doc()
  writeLive(doc, document)
  return Y.encodeStateAsUpdate(doc)
}

export const emptyWorkflow = (id: string): WorkflowDocument =>
  parseDocument({ schema: 1, id, name: 'Test', nodes: {}, edges: [] })

export interface LiveServerOptions {
  folder: string
  bundles: string
  registry: Registry
  /** Default: files. */
  store?: DocumentStore
  rows?: RunRows
  port?: number
  /** Everything but the sockets. */
  page?: RequestListener
}

/** The workflow `w` is there and empty. */
export async function startLive(options: LiveServerOptions) {
  const { folder, bundles, registry, store, port = 0 } = options
  const data = openDataFolder(folder)
  const documents = store ?? fileDocumentStore(path.join(data.root, 'documents'))
  if ((await documents.load('w')).length === 0) await documents.append('w', updateOf(emptyWorkflow('w')))
  const http = createServer(options.page)
  const sockets: StudioSockets = new Server(http, { path: '/ws', maxHttpBufferSize: 1e7 })
  const rows = options.rows ?? fileRunRows(path.join(data.root, 'runs.jsonl'))
  const live = await openLive({ data, registry, sockets, documents, rows, bundles, threads: () => 2 })
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= Promise.all([sockets.close(), live.close()]).then(() => {})
    http.closeAllConnections() // browsers keep some open that they have not used yet
    return closing
  }
  return { ...live, data, store: documents, sockets, port: (http.address() as AddressInfo).port, close }
}
