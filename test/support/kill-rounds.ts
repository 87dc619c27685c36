/** Two tabs edit by script while the studio is killed under them: what was acknowledged must be there afterwards. */
import { io } from 'socket.io-client'
import * as Y from 'yjs'
import { SyncedDocument } from '../../app/_lib/live/live-document'
import { readLive } from '../../nodes/core/live-document'
import { addNode } from './add-node'
import { liveDatabase } from './live-database'
import { spawnLive } from './spawn-live'

/** Edited again and again, because a workflow may not grow for ever. */
const NODES = 300

export interface KillReport {
  kills: number
  edits: number
  /** Nodes with an acknowledged edit. */
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

  /** Node → number of the last edit of it that was acknowledged; a tab edits nodes of its own. */
  const acknowledged = new Map<string, number>()
  let count = 0
  const editing = tabs.map((tab) => {
    let waiting = new Map<string, number>()
    tab.live.onStatus((status) => {
      if (status === 'failed') console.error(tab.name, tab.live.failure())
      if (status !== 'saved') return
      for (const [id, edit] of waiting) acknowledged.set(id, edit)
      waiting = new Map()
    })
    return setInterval(() => {
      const id = `${tab.name}${count % NODES}`
      waiting.set(id, ++count)
      addNode(tab.live.doc, id, { value: count })
    }, 12)
  })
  const lost: string[] = []
  const compare = async (wanted: ReadonlyMap<string, number>) => {
    const stored = await storedEdits(folder)
    for (const [id, edit] of wanted) {
      const found = stored.get(id) ?? 0
      if (found < edit) lost.push(`edit ${edit} of ${id}: ${found} is stored`)
    }
    return stored
  }
  for (let kill = 0; kill < kills; kill++) {
    await sleep(60 + Math.random() * 240)
    const before = new Map(acknowledged)
    await live.kill()
    await compare(before)
    live = await spawnLive(folder, bundles, port)
  }
  for (const timer of editing) clearInterval(timer)
  await Promise.all(tabs.map((tab) => saved(tab.live)))
  const text = (edits: Map<string, number>) => JSON.stringify([...edits].sort())
  const both = () => tabs.map((tab) => text(editsOf(tab.live.doc)))
  // The acknowledgement to one tab and the news to the other travel on two lines.
  for (let wait = 0; wait < 100 && both()[0] !== both()[1]; wait++) await sleep(50)
  const [a, b] = both()
  await live.kill()
  const stored = await compare(acknowledged)
  for (const tab of tabs) tab.socket.disconnect()
  const areEqual = a === b && a === text(stored)
  return { kills, edits: count, acknowledged: acknowledged.size, lost, areEqual }
}

const editsOf = (doc: Y.Doc) =>
  new Map(Object.entries(readLive(doc).nodes).map(([id, { params }]) => [id, params.value as number]))

async function storedEdits(folder: string): Promise<Map<string, number>> {
  const { database, store } = await liveDatabase(folder)
  const doc = new Y.Doc()
  for (const update of await store.load('w')) Y.applyUpdate(doc, update)
  await database.close()
  return editsOf(doc)
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** @throws Error that says what stands in the way */
const saved = (live: SyncedDocument) =>
  new Promise<void>((resolve, reject) => {
    if (live.status() === 'saved') return resolve()
    const late = setTimeout(() => {
      reject(new Error(`still ${live.status()} after a minute: ${JSON.stringify(live.failure())}`))
    }, 60_000)
    const off = live.onStatus((status) => {
      if (status !== 'saved') return
      clearTimeout(late)
      off()
      resolve()
    })
  })
