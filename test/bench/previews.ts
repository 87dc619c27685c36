/** Pictures of a run in progress: how soon the first one is there, and what they cost. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import type { WorkflowDocument } from '../../nodes/core/document'
import { examples } from '../support/cli'
import { exampleWorkflow, openStudio, type Studio } from '../support/studio'

const ROUNDS = 5

interface Watched {
  seconds: number
  /** Of the worker process, all threads. */
  cpuSeconds: number
  firstMs: number | undefined
  firstNode: string
  previews: number
}

/** User and system time of a process; the kernel counts in hundredths of a second. */
function cpuSeconds(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN // no worker yet, or a system without /proc
  }
}

async function run({ engine, runner }: Studio, document: WorkflowDocument, look: boolean): Promise<Watched> {
  const start = performance.now()
  const cpu = cpuSeconds(runner.pid)
  let firstMs: number | undefined
  let firstNode = ''
  let previews = 0
  const onPreview = ({ node }: { node: string }) => {
    if (previews++ > 0) return
    firstMs = performance.now() - start
    firstNode = node
  }
  await engine.run(document, look ? { onPreview } : {})
  const seconds = (performance.now() - start) / 1000
  return { seconds, cpuSeconds: cpuSeconds(runner.pid) - cpu, firstMs, firstNode, previews }
}

/** The hello workflow with a portrait nobody has seen: everything but the speech is computed. */
async function withNewPortrait(studio: Studio, number: number): Promise<WorkflowDocument> {
  const document = await exampleWorkflow(studio, 'hello')
  const file = path.join(studio.data.root, `portrait-${number}.png`)
  const corner = {
    create: { width: 1, height: 1, channels: 3 as const, background: { r: number, g: 0, b: 0 } },
  }
  const picture = sharp(path.join(examples, 'portrait-mara.png'))
  await picture.composite([{ input: corner, left: 0, top: 0 }]).toFile(file)
  document.nodes.portrait.params = { asset: (await studio.data.assets.import(file)).id }
  return document
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** The first preview with a worker that starts and with one that runs; then runs with and without a viewer in turn. */
export async function benchPreviews(): Promise<object[]> {
  const folders: string[] = []
  const open = () => {
    folders.push(mkdtempSync(path.join(tmpdir(), 'mmgt-bench-')))
    return openStudio(folders.at(-1)!)
  }
  const cold: Watched[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const studio = open()
    cold.push(await run(studio, await exampleWorkflow(studio, 'hello'), true))
    await studio.runner.close()
  }

  const studio = open()
  await run(studio, await exampleWorkflow(studio, 'two-people'), true)
  const watched: Watched[] = []
  const alone: Watched[] = []
  for (let round = 0; round < ROUNDS; round++) {
    watched.push(await run(studio, await withNewPortrait(studio, 2 * round), true))
    alone.push(await run(studio, await withNewPortrait(studio, 2 * round + 1), false))
  }
  const seeds: Watched[] = []
  for (let seed = 100; seed < 100 + ROUNDS; seed++) {
    const document = await exampleWorkflow(studio, 'hello')
    document.nodes.gestures.params = { ...document.nodes.gestures.params, seed }
    seeds.push(await run(studio, document, true))
  }
  await studio.runner.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })

  const row = (name: string, runs: Watched[]) => ({
    run: name,
    firstPreviewMs: median(runs.map(({ firstMs }) => firstMs ?? Number.NaN)),
    worstMs: Math.max(...runs.map(({ firstMs }) => firstMs ?? Number.NaN)),
    by: runs[0].firstNode,
    previews: median(runs.map(({ previews }) => previews)),
    seconds: median(runs.map(({ seconds }) => seconds)),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
  })
  return [
    row('worker starting', cold),
    row('worker running, new portrait', watched),
    row('the same, nobody looks', alone),
    row('worker running, another seed', seeds),
  ]
}
