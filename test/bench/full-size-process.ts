/** One measurement of `full-size.ts`, in a process of its own: memory is that of a process. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { denoisingUnet, MMGT_UNET } from '../../models/networks/denoising-unet'
import { describeGraph } from '../../models/onnx/describe-graph'
import type { Graph } from '../../models/onnx/graph'
import type { NetworkTensor } from '../../models/runtime/network'
import { networkWeights } from '../../models/runtime/network-weights'
import { SessionPool } from '../../models/runtime/session-pool'
import { unetShapes } from '../support/diffusion-shapes'
import { safetensorsFile, writeSparse } from '../support/torch-file'
import type { FullSizeFigures, FullSizeOptions } from './full-size'

const SHAPES = unetShapes({ widths: [320, 640, 1280, 1280], layers: 2, image: 768, audio: 768 })

/** Now and at most, bytes; of Linux, elsewhere now alone. */
function memory(): { now: number; peak: number } {
  const now = process.memoryUsage.rss()
  if (process.platform !== 'linux') return { now, peak: now }
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))!
  return { now, peak: 1024 * Number(peak) }
}

const seconds = (start: number) => (performance.now() - start) / 1000

/** Zeros for every input. */
function zeros(graph: Graph): Record<string, NetworkTensor> {
  const tensors = graph.inputs.map((name): [string, NetworkTensor] => {
    const { dtype, shape } = graph.values[name]
    const sizes = shape.map(Number)
    const count = sizes.reduce((product, size) => product * size, 1)
    const data = dtype === 'float16' ? new Uint16Array(count) : new Float32Array(count)
    return [name, { dtype, shape: sizes, data }]
  })
  return Object.fromEntries(tensors)
}

async function measure(folder: string, options: FullSizeOptions): Promise<FullSizeFigures> {
  const { device, frames, side, dtype, runs } = options
  const file = path.join(folder, 'denoising_unet.safetensors')
  const holes = Object.entries(SHAPES).map(([name, shape]) => [name, { dtype, shape }] as const)
  writeSparse(file, safetensorsFile(new Map(holes)))

  const pool = new SessionPool({ device, budgetBytes: 1e12 })
  const before = memory()
  const built = performance.now()
  const weights = await networkWeights(file, { folder })
  const size = { frames, videoFrames: frames, height: side, width: side }
  const { conditioning, step } = denoisingUnet(weights.table(), MMGT_UNET, size)
  pool.network(conditioning, weights)
  const network = pool.network(step, weights)
  const buildSeconds = seconds(built)
  const buildMegabytes = (memory().peak - before.now) / 1e6

  const feeds = zeros(step)
  await network.run(feeds)
  const [, { loadSeconds, runSeconds }] = pool.metrics().toSorted((a, b) => a.runs - b.runs)
  const open = memory()
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    await network.run(feeds)
    times.push(1000 * seconds(start))
  }
  const figures = {
    ...{ buildSeconds, buildMegabytes, openSeconds: loadSeconds, openGigabytes: open.now / 1e9 },
    callMs: times.length === 0 ? 1000 * runSeconds : times.sort((a, b) => a - b)[times.length >> 1],
    peakGigabytes: memory().peak / 1e9,
    teraFlops: describeGraph(step).flops / 1e12,
  }
  await pool.close()
  return figures
}

const folder = mkdtempSync(path.join(tmpdir(), 'full-size-'))
try {
  process.send!(await measure(folder, JSON.parse(process.argv[2])))
} finally {
  rmSync(folder, { recursive: true })
}
process.disconnect()
