import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { networkWeights } from '../../models/runtime/network-weights'
import { SessionPool } from '../../models/runtime/session-pool'
import { safetensorsHeader } from '../../models/weights/safetensors'
import { formulaWeight } from '../support/formula-weights'
import type { Shapes } from '../support/network-shapes'
import { CASES } from './networks/cases'
import type { NetworkCase } from './networks/network-case'
import { pythonWithTorch, TorchPeer } from './networks/torch-peer'

const THREADS = 2
/** A row takes so long per side, and so many runs at least and at most; fewer only where one side is past its patience. */
const LIMITS = { seconds: 12, least: 5, most: 25, patience: 25 } as const
/** Threads of either side that still wait for work, busily, must have gone to sleep. */
const PAUSE_MS = 60

export interface NetworkRow {
  network: string
  /** Of the fastest run, which was disturbed least: beside other work PyTorch's threads wait for each other at length. */
  'ours, ms': number
  'PyTorch, ms': number
  ratio: number
  /** Of the medians. */
  'ratio of medians': number
  /** The largest, as a part of the largest output. */
  difference: string
}

/**
 * CPU time per call beside eager PyTorch: the same random weights, the same threads, run in turns. No rows where there is
 * no PyTorch.
 * @throws Error when the outputs differ
 */
export async function benchNetworks(cases: readonly NetworkCase[] = CASES): Promise<object[]> {
  const python = pythonWithTorch()
  if (python === undefined) return []
  const rows: NetworkRow[] = []
  for (const each of cases) {
    rows.push(await benchCase(each, python))
    console.log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  const counted = cases.flatMap(({ isBeside }, i) => (isBeside ? [] : [rows[i].ratio]))
  const product = counted.reduce((all, ratio) => all * ratio, 1)
  return [
    ...rows,
    { network: 'geometric mean, without the last row', ratio: product ** (1 / counted.length) },
  ]
}

async function benchCase(each: NetworkCase, python: string): Promise<NetworkRow> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-networks-'))
  const file = (name: string) => path.join(folder, name)
  const files = {
    weights: file('weights.safetensors'),
    inputs: file('inputs.safetensors'),
    output: file('output'),
  }
  const pool = new SessionPool({ device: 'cpu', budgetBytes: 8e9, threads: THREADS, cacheFolder: folder })
  try {
    writeTensors(files.weights, each.weights, formulaWeight)
    const inputShapes = Object.entries(each.inputs).map(([name, { shape }]) => [name, shape] as const)
    writeTensors(
      files.inputs,
      Object.fromEntries(inputShapes),
      (name) => each.inputs[name].data as Float32Array,
    )
    const run = await each.open(pool, await networkWeights(files.weights, { folder }))
    const { peer: network, config } = each
    const peer = await TorchPeer.start({ python, network, config, threads: THREADS, files })
    try {
      const difference = differenceOf((await run()).data as Float32Array, peer.output())
      if (!(difference <= each.tolerance)) {
        throw new Error(`${each.name}: the outputs differ by ${difference}, allowed are ${each.tolerance}.`)
      }
      const [ours, theirs] = await inTurns([() => timed(run), () => peer.run()])
      return {
        network: each.name,
        'ours, ms': ours.fastest,
        'PyTorch, ms': theirs.fastest,
        ratio: theirs.fastest / ours.fastest,
        'ratio of medians': theirs.median / ours.median,
        difference: difference.toExponential(1),
      }
    } finally {
      await peer.close()
    }
  } finally {
    await pool.close()
    rmSync(folder, { recursive: true })
  }
}

interface Times {
  fastest: number
  median: number
}

async function inTurns(sides: readonly (() => Promise<number>)[]): Promise<Times[]> {
  const times: number[][] = sides.map(() => [])
  const slowest = () => Math.max(...times.map((all) => all.reduce((sum, ms) => sum + ms, 0))) / 1000
  const goesOn = () => {
    const limit = times[0].length < LIMITS.least ? LIMITS.patience : LIMITS.seconds
    return times[0].length < LIMITS.most && slowest() < limit
  }
  while (goesOn()) {
    for (const [i, side] of sides.entries()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      times[i].push(await side())
    }
  }
  return times.map((all) => {
    all.sort((a, b) => a - b)
    return { fastest: all[0], median: all[all.length >> 1] }
  })
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

function differenceOf(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY
  let [difference, largest] = [0, 0]
  for (const [i, value] of theirs.entries()) {
    difference = Math.max(difference, Math.abs(ours[i] - value))
    largest = Math.max(largest, Math.abs(value))
  }
  return difference / largest
}

/** A safetensors file, one tensor in memory at a time. */
export function writeTensors(
  file: string,
  shapes: Shapes,
  numbersOf: (name: string, shape: readonly number[]) => Float32Array,
): void {
  const descriptor = openSync(file, 'w')
  const sized = Object.entries(shapes).map(([name, shape]) => {
    const bytes = shape.reduce((product, size) => product * size, 4)
    return [name, { dtype: 'float32' as const, shape, bytes }] as const
  })
  writeSync(descriptor, safetensorsHeader(sized, {}))
  for (const [name, shape] of Object.entries(shapes)) writeSync(descriptor, numbersOf(name, shape))
  closeSync(descriptor)
}
