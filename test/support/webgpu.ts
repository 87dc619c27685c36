import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe } from 'vitest'
import type { Graph } from '../../models/onnx/graph'
import type { Numbers, Results } from './run-graph'

/** Debian's Chromium brings a Vulkan that computes on the CPU: slow, without float16, and in every CI. */
const CHROMIUM = '/usr/lib/chromium'
const driver = path.join(CHROMIUM, 'vk_swiftshader_icd.json')

/** `describe` where software Vulkan is, a visible skip where it is not. */
export const describeWebGpu = describe.skipIf(!existsSync(driver))

/**
 * Runs a graph of numeric sizes on WebGPU, in a process of its own: the libraries that it needs are found by the
 * environment that a process starts with.
 */
export async function runOnWebGpu(
  graph: Graph,
  inputs: Record<string, Numbers>,
  weights: Record<string, Numbers>,
): Promise<Results> {
  const child = fork(path.join(import.meta.dirname, 'webgpu-process.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_ICD_FILENAMES: driver },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr!.on('data', (text) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('message', (results) => resolve(results as Results))
    child.once('exit', () => reject(new Error(`WebGPU ended without a result: ${stderr.slice(-2000)}`)))
    child.send({ graph, inputs, weights })
  })
}
