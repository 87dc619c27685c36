/**
 * A live server over the studio's database as a process of its own, to be killed: `tsx live-process.ts FOLDER BUNDLES [PORT]`. Says
 * `{ port }` when it listens; to `delay` it answers with the longest time its event loop was held up since the last
 * such question (and the 95th percentile), with the processor time it has used so far, and with its memory.
 */
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { liveDatabase } from './live-database'
import { startLive } from './live-server'

const [, , folder, bundles, port] = process.argv
const { registry } = await import(pathToFileURL(path.join(bundles, 'registry.js')).href)
const { store, rows } = await liveDatabase(folder)
const live = await startLive({ folder, bundles, registry, store, rows, port: Number(port ?? 0) })
const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
type Question =
  | { ask: 'delay' }
  | { ask: 'start'; document: never }
  | { ask: 'approve'; run: string; node: string }

process.on('message', async (message: Question) => {
  if (message.ask === 'delay') {
    process.send!({
      heldUpMs: delay.max / 1e6,
      lateMs: delay.percentile(95) / 1e6,
      cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
      rss: process.memoryUsage.rss(),
      heap: process.memoryUsage().heapUsed,
    })
    delay.reset()
  } else if (message.ask === 'approve') {
    process.send!(await live.runs.approve(message.run, message.node))
  } else {
    const { id } = await live.runs.start({ workflow: 'w', document: message.document })
    process.send!({ run: id })
  }
})
process.on('disconnect', () => process.exit()) // whoever started it is gone
process.send!({ port: live.port })
