import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelError } from '../errors'
import type { FloatTensor, PublishedNetwork } from '../networks/published-network'
import { inspectModel } from '../onnx/inspect-model'

export interface OpenPublishedOptions {
  device?: 'cpu' | 'cuda' | 'webgpu'
  threads?: number
}

/** A published network in a session of its own. */
export interface OpenedNetwork extends PublishedNetwork {
  close(): Promise<void>
}

/**
 * Opens an ONNX file as it was published, after it has been looked through.
 * @throws ModelError `weights/…` when the file is not one to be opened, `runtime/open` when onnxruntime cannot
 */
export async function openPublished(
  file: string,
  { device = 'cpu', threads }: OpenPublishedOptions = {},
): Promise<OpenedNetwork> {
  inspectModel(file)
  const session = await InferenceSession.create(file, {
    executionProviders: [device],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    logSeverityLevel: 3,
  }).catch((cause: Error) => {
    throw new ModelError('runtime/open', `${file} cannot be opened on ${device}: ${cause.message}`, {
      hint: 'Compare the file with the published one, or choose another device.',
      cause,
    })
  })
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { dims, data }]) => [name, new Tensor(data, dims)])
      const results = await session.run(Object.fromEntries(feeds)).catch((cause: Error) => {
        throw new ModelError('runtime/run', `${file} failed on ${device}: ${cause.message}`, { cause })
      })
      return Object.fromEntries(Object.entries(results).map(([name, out]) => [name, floats(name, out)]))
    },
    close: () => session.release(),
  }
}

function floats(name: string, { type, dims, data }: Tensor): FloatTensor {
  if (type === 'float32') return { dims, data: data as Float32Array }
  throw new ModelError('network/output', `The output ${name} is ${type}, expected float32.`)
}
