import path from 'node:path'
import { goldenPath, maxAbsDiff, readGolden, readSafetensors, type Tensor } from '../../support/golden'
import type { Numbers } from '../../support/run-graph'

/** One output beside the original's. */
export interface Comparison {
  name: string
  error: number
  tolerance: number
}

export interface GoldenFolder {
  // biome-ignore lint/suspicious/noExplicitAny: every kind of case has its own
  case: any
  // biome-ignore lint/suspicious/noExplicitAny: every kind of case has its own
  config: any
  inputs: Record<string, Tensor>
  outputs: Record<string, Tensor>
  /** Of this case, or of the one that its file names. */
  weights(relative?: string): Record<string, Numbers>
  tensors(relative: string): Record<string, Numbers>
}

export function openFolder(name: string): GoldenFolder {
  const { config, inputs, outputs } = readGolden(name)
  const tensors = (relative: string) =>
    readSafetensors(path.join(goldenPath(name), relative)) as Record<string, Numbers>
  const weights = (relative = 'weights.safetensors') => tensors(relative)
  return { case: config, config: config.config, inputs, outputs, weights, tensors }
}

export function compare(folder: GoldenFolder, name: string, got: Numbers): Comparison {
  const { shape, data } = folder.outputs[name]
  if (`${shape}` !== `${got.shape}`) throw new Error(`${name} is ${got.shape}, not ${shape}`)
  const error = maxAbsDiff(got.data as ArrayLike<number>, data as ArrayLike<number>)
  return { name, error, tolerance: folder.case.tolerance_max_abs[name] }
}
