/** Float32 numbers and their shape, outer to inner. */
export interface FloatTensor {
  dims: readonly number[]
  data: Float32Array
}

/**
 * A network that was published as ONNX and is loaded already. Names of inputs and outputs belong to the file, their
 * order to the network; sessions of onnxruntime have this form.
 */
export interface PublishedNetwork {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(inputs: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>>
}

/** Runs a network of one input and returns its outputs in the order of the file. */
export async function runPublished(network: PublishedNetwork, input: FloatTensor): Promise<FloatTensor[]> {
  const outputs = await network.run({ [network.inputNames[0]]: input })
  return network.outputNames.map((name) => outputs[name])
}
