/** Two tabs edit by script while the studio is killed under them: what was acknowledged must be there afterwards. */
import { io } from 'socket.io-client'
import * as Y from 'yjs'
import { SyncedDocument } from '../../app/_lib/live/live-document'
import { readLive } from '../../nodes/core/live-document'
import { addNode } from './add-node'
import { liveDatabase } from './live-database'
import { spawnLive } from './spawn-live'

export interface KillReport {
  kills: number
  acknowledged: number
  lost: string[]
  /** Both tabs and the disk hold the same at the end. */
  areEqual: boolean
}

export async function killRounds(folder: string, bundles: string, kills: number): Promise<KillReport> {
  let live = await spawnLive(folder, bundles)
  const { port } = live
  const tabs = ['a', 'b'].map((name) => {
    const socket = io(`http://127.0.0.1:${port}`, {
      path: '/ws',
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
    })
    return { name, socket, live: new SyncedDocument('w', socket) }
  })
  await Promise.all(tabs.map((tab) => tab.live.whenLoaded))

  const acknowledged = new Set<string>()
  const lost: string[] = []
  let count = 0
  const editing = tabs.map((tab) => {
    let waiting: string[] = []
    tab.live.onStatus((status) => {
      if (status !== 'saved') return
      for (const id of waiting) acknowledged.add(id)
      waiting = []
    })
    return setInterval(() => {
      const id = `${tab.name}${count++}`
      waiting.push(id)
      addNode(tab.live.doc, id)
    }, 12)
  })
  for (let kill = 0; kill < kills; kill++) {
    await sleep(60 + Math.random() * 240)
    const before = [...acknowledged]
    await live.kill()
    const stored = await storedNodes(folder)
    lost.push(...before.filter((id) => !stored.has(id)))
    live = await spawnLive(folder, bundles, port)
  }
  for (const timer of editing) clearInterval(timer)
  await Promise.all(tabs.map((tab) => saved(tab.live)))
  const [a, b] = tabs.map((tab) => readLive(tab.live.doc))
  await live.kill()
  const stored = await storedNodes(folder)
  lost.push(...[...acknowledged].filter((id) => !stored.has(id)))
  for (const tab of tabs) tab.socket.disconnect()
  const names = (nodes: object) => Object.keys(nodes).sort().join()
  const areEqual = names(a.nodes) === names(b.nodes) && names(a.nodes) === [...stored].sort().join()
  return { kills, acknowledged: acknowledged.size, lost, areEqual }
}

async function storedNodes(folder: string): Promise<Set<string>> {
  const { database, store } = await liveDatabase(folder)
  const doc = new Y.Doc()
  for (const update of await store.load('w')) Y.applyUpdate(doc, update)
  await database.close()
  return new Set(Object.keys(readLive(doc).nodes))
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const saved = (live: SyncedDocument) =>
  new Promise<void>((resolve) => {
    if (live.status() === 'saved') return resolve()
    const off = live.onStatus((status) => {
      if (status !== 'saved') return
      off()
      resolve()
    })
  })
