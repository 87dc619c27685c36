import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { encodeModel } from '../onnx/encode-model'
import { GraphBuilder } from '../onnx/graph-builder'

export const DEVICES = ['cuda', 'webgpu', 'cpu'] as const
/** By the name of onnxruntime's execution provider. */
export type DeviceName = (typeof DEVICES)[number]

export type DeviceReport =
  | { name: DeviceName; available: true; float16: boolean }
  | { name: DeviceName; available: false; reason: string; hint: string }

const HINTS: Record<DeviceName, string> = {
  cuda: 'On Linux with an NVIDIA GPU: ONNXRUNTIME_NODE_INSTALL_CUDA=v12 node node_modules/onnxruntime-node/script/install.js',
  webgpu: 'It needs a GPU with a Vulkan driver (Linux), Direct3D 12 (Windows) or Metal (macOS).',
  cpu: 'The package onnxruntime-node has no library for this system.',
}

/** What graphs can run on here, fastest first; asked by running a graph of one operator. */
export async function discoverDevices(): Promise<DeviceReport[]> {
  const reports: DeviceReport[] = []
  for (const name of DEVICES) reports.push(await probe(name))
  return reports
}

async function probe(name: DeviceName): Promise<DeviceReport> {
  if (name === 'cuda' && !existsSync(cudaLibrary())) {
    return {
      name,
      available: false,
      reason: 'onnxruntime’s CUDA libraries are not installed.',
      hint: HINTS.cuda,
    }
  }
  try {
    await open(name, 'float32')
  } catch (error) {
    return { name, available: false, reason: reasonOf(error), hint: HINTS[name] }
  }
  // A CPU runs float16 by casting to and fro: right, and not faster.
  const float16 =
    name !== 'cpu' &&
    (await open(name, 'float16').then(
      () => true,
      () => false,
    ))
  return { name, available: true, float16 }
}

const cudaLibrary = () =>
  path.join(
    path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
    'bin/napi-v6',
    process.platform,
    process.arch,
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so',
  )

async function open(name: DeviceName, dtype: 'float32' | 'float16'): Promise<void> {
  const g = new GraphBuilder('probe')
  const x = g.input('x', dtype, [1])
  g.output('y', g.add(x, x))
  const model = encodeModel(g.graph, () => ({ data: new Uint8Array() }))
  const session = await InferenceSession.create(model, {
    executionProviders: [name],
    logSeverityLevel: 4,
    // Otherwise what a provider cannot run would run on the CPU, and it would seem to be there.
    extra: name === 'cpu' ? {} : { session: { disable_cpu_ep_fallback: '1' } },
  })
  await session.release()
}

/** onnxruntime's messages begin with the place in its source. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .trim()
    .split('\n')[0]
    .replace(/^.*? was false\. /, '')
}

/**
 * Threads that one operator is spread over: the cores, of which the web server keeps one when there are 4 or more. Beyond
 * 32 the networks' operators are too small to gain.
 */
export function threadsFor(cores = availableParallelism()): number {
  return Math.max(1, Math.min(32, cores >= 4 ? cores - 1 : cores))
}
