import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { PublishedNetwork } from '../../models/networks/published-network'
import { encodeModel } from '../../models/onnx/encode-model'
import type { Graph } from '../../models/onnx/graph'

/** A graph of ours, without weights, in the place of a network that somebody published as ONNX. */
export async function standIn(graph: Graph): Promise<PublishedNetwork> {
  const bytes = encodeModel(graph, ({ key }) => {
    throw new Error(`A stand-in has no weights, this one has ${key}.`)
  })
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 })
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { dims, data }]) => [name, new Tensor(data, dims)])
      const results = await session.run(Object.fromEntries(feeds))
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
      )
    },
  }
}
