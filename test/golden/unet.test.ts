import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { describeGolden, goldenPath } from '../support/golden'
import { openFolder } from './cases/golden-folder'
import { unetBlocks } from './cases/unet-blocks'
import { unets } from './cases/unets'

describeGolden('the UNets of stage 2 give what the original gives', () => {
  const runners = { ...unetBlocks, ...unets }
  const runnerOf = (name: string) => Object.entries(runners).find(([kind]) => name.startsWith(kind))?.[1]
  const cases = readdirSync(goldenPath('stage2')).filter(runnerOf)
  it.each(cases)('%s', async (name) => {
    for (const { name: output, error, tolerance } of await runnerOf(name)!(openFolder(`stage2/${name}`))) {
      expect(error, output).toBeLessThanOrEqual(tolerance)
    }
  })
})
