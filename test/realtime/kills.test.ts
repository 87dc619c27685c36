import { expect, it } from 'vitest'
import { tempFolder } from '../support/engine'
import { killRounds } from '../support/kill-rounds'
import { workerBundle } from '../support/worker-bundle'

/** `npm run bench -- live-kills` does 20. */
const KILLS = Number(process.env.MMGT_TEST_KILLS ?? 3)

it('a studio killed with -9 while two tabs edit loses nothing that it had acknowledged', async () => {
  const { acknowledged, lost, areEqual } = await killRounds(tempFolder(), await workerBundle(), KILLS)
  expect(lost).toEqual([])
  expect(areEqual).toBe(true)
  expect(acknowledged).toBeGreaterThan(10)
})
