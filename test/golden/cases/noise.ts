import { z } from 'zod'
import { torchNoise } from '../../../models/schedulers/torch-noise'
import type { Comparison } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

/** Every output is the first draw after the seed. */
async function torchRandn(folder: GoldenFolder): Promise<Comparison[]> {
  const { seed } = folder.read(z.object({ config: z.looseObject({ seed: z.int() }) })).config
  return Object.entries(folder.outputs()).map(([name, { data }]) =>
    folder.compare(name, torchNoise(seed)(data.length)),
  )
}

export const noiseCases: Record<string, GoldenRunner> = {
  torch_randn: torchRandn,
}
