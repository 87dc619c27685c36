/**
 * The engine beside the engines of other node editors, on the same graph in the same process: 1,000 trivial nodes
 * in 25 layers of 40, each adding two nodes of the layer before. The peers call functions in memory and keep nothing
 * on disk; ours writes every result, from a worker process, so that it survives a kill.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { Engine } from '../../server/engine/engine'
import { openDataFolder } from '../../server/storage/data-folder'
import { WorkerPool } from '../../server/worker/pool'
import { registry } from '../support/nodes'
import { workerBundle } from '../support/worker-bundle'

const LAYERS = 25
const WIDTH = 40

export interface EngineRow {
  name: string
  ms: number
  note: string
}

/** Sources of node `i` of a layer, the same for every engine. */
const sources = (i: number) => [i, (i + 1) % WIDTH] as const

export function graph(): WorkflowDocument {
  const nodes: Record<string, unknown> = {}
  const edges: unknown[] = []
  for (let layer = 0; layer < LAYERS; layer++) {
    for (let i = 0; i < WIDTH; i++) {
      const id = `n${layer}-${i}`
      nodes[id] =
        layer === 0
          ? { type: 'test/constant', version: 1, params: { value: i } }
          : { type: 'test/sum', version: 1, params: {} }
      if (layer === 0) continue
      const [a, b] = sources(i)
      edges.push({ from: [`n${layer - 1}-${a}`, layer === 1 ? 'value' : 'total'], to: [id, 'a'] })
      edges.push({ from: [`n${layer - 1}-${b}`, layer === 1 ? 'value' : 'total'], to: [id, 'b'] })
    }
  }
  return parseDocument({ schema: 1, id: 'bench', name: 'Bench', nodes, edges })
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function ours(rounds: number): Promise<EngineRow[]> {
  const dist = await workerBundle()
  const document = graph()
  const cold: number[] = []
  const warm: number[] = []
  const cached: number[] = []
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-bench-'))
    const data = openDataFolder(folder)
    const runner = new WorkerPool({
      data: folder,
      entry: path.join(dist, 'worker.js'),
      registry: path.join(dist, 'registry.js'),
    })
    const engine = new Engine({ data, registry, runner })
    cold.push(await timed(() => engine.run(document)))
    const changed = structuredClone(document)
    for (let i = 0; i < WIDTH; i++) changed.nodes[`n0-${i}`].params = { value: i + 1000 }
    warm.push(await timed(() => engine.run(changed)))
    cached.push(await timed(() => engine.run(changed)))
    await runner.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return [
    { name: 'MMGT Studio: all uncached, worker starting', ms: median(cold), note: 'results on disk' },
    { name: 'MMGT Studio: all uncached, worker running', ms: median(warm), note: 'results on disk' },
    { name: 'MMGT Studio: all cached', ms: median(cached), note: 'plan, check, report; bar 100 ms' },
  ]
}

async function rete(rounds: number): Promise<EngineRow> {
  const { ClassicPreset, NodeEditor } = await import('rete')
  const { DataflowEngine } = await import('rete-engine')
  const number = new ClassicPreset.Socket('number')
  class Add extends ClassicPreset.Node {
    constructor(readonly constant: number | undefined) {
      super('Add')
      if (constant === undefined) {
        this.addInput('a', new ClassicPreset.Input(number))
        this.addInput('b', new ClassicPreset.Input(number))
      }
      this.addOutput('y', new ClassicPreset.Output(number))
    }
    data(inputs: { a?: number[]; b?: number[] }) {
      return { y: this.constant ?? inputs.a![0] + inputs.b![0] }
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: the scheme types of rete describe a user's nodes; here there is one
  const editor = new NodeEditor<any>()
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const engine = new DataflowEngine<any>()
  editor.use(engine)
  const layers: Add[][] = []
  for (let layer = 0; layer < LAYERS; layer++) {
    layers.push([])
    for (let i = 0; i < WIDTH; i++) {
      const node = new Add(layer === 0 ? i : undefined)
      layers[layer].push(node)
      await editor.addNode(node)
      if (layer === 0) continue
      const [a, b] = sources(i)
      await editor.addConnection(new ClassicPreset.Connection(layers[layer - 1][a], 'y', node, 'a' as never))
      await editor.addConnection(new ClassicPreset.Connection(layers[layer - 1][b], 'y', node, 'b' as never))
    }
  }
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    engine.reset()
    times.push(await timed(() => Promise.all(layers.at(-1)!.map((node) => engine.fetch(node.id)))))
  }
  return { name: 'rete-engine: all uncached', ms: median(times), note: 'in memory, nothing kept on disk' }
}

async function baklava(rounds: number): Promise<EngineRow> {
  const { defineNode, Editor, NodeInterface } = await import('@baklavajs/core')
  const { DependencyEngine } = await import('@baklavajs/engine')
  const Constant = defineNode({
    type: 'Constant',
    inputs: { value: () => new NodeInterface<number>('Value', 0) },
    outputs: { y: () => new NodeInterface<number>('Y', 0) },
    calculate: ({ value }) => ({ y: value }),
  })
  const Add = defineNode({
    type: 'Add',
    inputs: { a: () => new NodeInterface<number>('A', 0), b: () => new NodeInterface<number>('B', 0) },
    outputs: { y: () => new NodeInterface<number>('Y', 0) },
    calculate: ({ a, b }) => ({ y: a + b }),
  })
  const editor = new Editor()
  let before: { outputs: { y: InstanceType<typeof NodeInterface<number>> } }[] = []
  for (let layer = 0; layer < LAYERS; layer++) {
    const row: typeof before = []
    for (let i = 0; i < WIDTH; i++) {
      if (layer === 0) {
        const node = editor.graph.addNode(new Constant())!
        node.inputs.value.value = i
        row.push(node)
        continue
      }
      const node = editor.graph.addNode(new Add())!
      const [a, b] = sources(i)
      editor.graph.addConnection(before[a].outputs.y, node.inputs.a)
      editor.graph.addConnection(before[b].outputs.y, node.inputs.b)
      row.push(node)
    }
    before = row
  }
  const engine = new DependencyEngine(editor)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await timed(() => engine.runOnce(undefined)))
  return { name: 'baklava engine: all uncached', ms: median(times), note: 'in memory, nothing kept on disk' }
}

async function litegraph(rounds: number): Promise<EngineRow> {
  const { LGraph, LiteGraph, LGraphNode } = (await import('litegraph.js'))
    .default as unknown as typeof import('litegraph.js')
  class Add extends LGraphNode {
    constant: number | undefined
    constructor() {
      super()
      this.addInput('a', 'number')
      this.addInput('b', 'number')
      this.addOutput('y', 'number')
    }
    override onExecute() {
      this.setOutputData(
        0,
        this.constant ?? (this.getInputData(0) as number) + (this.getInputData(1) as number),
      )
    }
  }
  LiteGraph.registerNodeType('bench/add', Add as never)
  const graph = new LGraph()
  let before: Add[] = []
  for (let layer = 0; layer < LAYERS; layer++) {
    const row: Add[] = []
    for (let i = 0; i < WIDTH; i++) {
      const node = LiteGraph.createNode('bench/add') as unknown as Add
      if (layer === 0) node.constant = i
      graph.add(node as never)
      row.push(node)
      if (layer === 0) continue
      const [a, b] = sources(i)
      before[a].connect(0, node as never, 0)
      before[b].connect(0, node as never, 1)
    }
    before = row
  }
  const times: number[] = []
  for (let round = 0; round < rounds; round++) times.push(await timed(() => graph.runStep(1)))
  return {
    name: 'litegraph: one step',
    ms: median(times),
    note: 'in memory, nothing kept on disk, no caching',
  }
}

/** Medians over `rounds` runs, peers first. */
export async function benchEngine(rounds = 5): Promise<EngineRow[]> {
  const rows: EngineRow[] = []
  for (const peer of [rete, baklava, litegraph]) {
    try {
      rows.push(await peer(rounds))
    } catch (error) {
      rows.push({ name: peer.name, ms: Number.NaN, note: `did not run: ${(error as Error).message}` })
    }
  }
  return [...rows, ...(await ours(rounds))]
}
