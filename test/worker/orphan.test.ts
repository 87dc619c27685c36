import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { tempFolder } from '../support/engine'
import { grinding, stubborn } from '../support/nodes'
import { workerBundle } from '../support/worker-bundle'

/** A studio reduced to what matters here: starts a worker, gives it a job, and says both on stdout. */
const STUDIO = `
const { fork } = require('node:child_process')
const [entry, options, job] = process.argv.slice(1)
const worker = fork(entry, [options], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
console.log(worker.pid)
worker.on('message', (messages) => {
  if (messages.some(({ type }) => type === 'progress')) console.log('at work')
})
if (job !== 'null') worker.send([{ type: 'run', job: JSON.parse(job) }])
`

async function startStudio(dist: string, options: object, job?: object) {
  const args = [
    '-e',
    STUDIO,
    path.join(dist, 'worker.js'),
    JSON.stringify(options),
    JSON.stringify(job ?? null),
  ]
  const studio = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: studio.stdout })[Symbol.asyncIterator]()
  const worker = Number((await lines.next()).value)
  onTestFinished(() => {
    if (isRunning(worker)) process.kill(worker, 'SIGKILL')
  })
  return { studio, lines, worker }
}

/** A process that ended but was not yet collected by its parent counts as ended. */
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  if (existsSync('/proc/self/stat')) return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it.each([
  ['a native call that computes', grinding, {}],
  ['a wait that blocks its thread', stubborn, { seconds: 60 }],
])('a worker in the middle of %s ends by itself when its studio is killed', async (_, node, params) => {
  const dist = await workerBundle()
  const options = { data: tempFolder(), registry: path.join(dist, 'registry.js'), threads: 2 }
  const job = {
    ...{ id: 1, key: 'k', node: 'n', type: node.id, kind: 'node', resource: 'cpu' },
    ...{ params, inputs: {}, openInputs: [], followed: [], wanted: ['y'], watched: false },
  }
  const { studio, lines, worker } = await startStudio(dist, options, job)
  expect((await lines.next()).value).toBe('at work')
  await sleep(100) // now it is inside the call
  expect(isRunning(worker)).toBe(true)

  studio.kill('SIGKILL')
  await once(studio, 'exit')
  await expect.poll(() => isRunning(worker), { timeout: 2_000, interval: 10 }).toBe(false)
})

it.each([0, 50, 150, 300])(
  'a worker whose studio is killed %i ms after it was started ends by itself, ready or not',
  async (ms) => {
    const dist = await workerBundle()
    const options = { data: tempFolder(), registry: path.join(dist, 'registry.js'), threads: 2 }
    const { studio, worker } = await startStudio(dist, options)
    await sleep(ms)
    studio.kill('SIGKILL')
    await once(studio, 'exit')
    await expect.poll(() => isRunning(worker)).toBe(false)
  },
)
