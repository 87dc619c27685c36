/** Live documents: how long an edit takes to be on disk, to reach another tab, and to be analysed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { io } from 'socket.io-client'
import type * as Y from 'yjs'
import { SyncedDocument } from '../../app/_lib/live/live-document'
import type { WorkflowDocument } from '../../nodes/core/document'
import { bundle } from '../support/cli'
import { killRounds } from '../support/kill-rounds'
import { liveDatabase } from '../support/live-database'
import { updateOf } from '../support/live-server'
import { type LiveProcess, spawnLive } from '../support/spawn-live'
import { exampleWorkflow, openStudio } from '../support/studio'

const EDITS = 40

/** Copies of the hello workflow beside each other until there are `count` nodes. */
function many(hello: WorkflowDocument, count: number): WorkflowDocument {
  const document: WorkflowDocument = {
    ...hello,
    id: 'w',
    nodes: {},
    edges: [],
    layout: {},
    groups: [],
    notes: [],
  }
  for (let i = 0; Object.keys(document.nodes).length < count; i++) {
    for (const [id, node] of Object.entries(hello.nodes)) {
      document.nodes[`${id}${i}`] = node
      document.layout[`${id}${i}`] = { x: i * 100, y: 0 }
    }
    for (const { from, to } of hello.edges)
      document.edges.push({ from: [`${from[0]}${i}`, from[1]], to: [`${to[0]}${i}`, to[1]] })
  }
  return document
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]
const worst = (values: number[]) => Math.max(...values)

export async function benchLive(): Promise<object[]> {
  const rows: object[] = []
  for (const count of [10, 100, 1_000]) {
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))
    const studio = openStudio(folder)
    const document = many(await exampleWorkflow(studio, 'hello'), count)
    const { database, store } = await liveDatabase(folder)
    await store.compact('w', updateOf(document))
    await database.close()
    const live = await spawnLive(folder, path.dirname(bundle))
    rows.push({ nodes: Object.keys(document.nodes).length, ...(await measure(live)) })
    await live.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

/** Scripted editing in two tabs while the studio is killed with -9. */
export async function benchLiveKills(): Promise<object[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))
  const { lost, ...report } = await killRounds(folder, path.dirname(bundle), 20)
  rmSync(folder, { recursive: true, force: true })
  return [{ ...report, lost: lost.length }]
}

async function measure({ port, ask }: LiveProcess) {
  const open = async () => {
    const socket = io(`http://127.0.0.1:${port}`, { path: '/ws', transports: ['websocket'], forceNew: true })
    const live = new SyncedDocument('w', socket)
    await live.whenLoaded
    return { live, socket }
  }
  const before = performance.now()
  const { live: a, socket } = await open()
  const openMs = performance.now() - before
  const { live: b, socket: other } = await open()
  await until((stop) => b.onAnalysis(stop))
  const layout = a.doc.getMap<Y.Map<number>>('layout')
  const [node] = [...layout.keys()]
  const saved: number[] = []
  const seen: number[] = []
  const analysed: number[] = []
  await ask({ ask: 'delay' })
  for (let i = 0; i < EDITS; i++) {
    const start = performance.now()
    const analysis = until((stop) => b.onAnalysis(stop))
    const told = until((stop) => {
      b.doc.once('update', stop)
      return () => {}
    })
    const ack = until((stop) => a.onStatus((status) => status === 'saved' && stop()))
    layout.get(node)!.set('x', i)
    await Promise.all([
      ack.then(() => saved.push(performance.now() - start)),
      told.then(() => seen.push(performance.now() - start)),
    ])
    await analysis
    analysed.push(performance.now() - start)
  }
  const { heldUpMs } = await ask<{ heldUpMs: number }>({ ask: 'delay' })
  socket.disconnect()
  other.disconnect()
  return {
    openMs,
    ackMs: median(saved),
    worstAckMs: worst(saved),
    otherTabMs: median(seen),
    analysisMs: median(analysed),
    loopHeldUpMs: heldUpMs,
  }
}

function until(listen: (stop: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const off = listen(() => {
      off()
      resolve()
    })
  })
}
