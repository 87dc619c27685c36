import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseDocument } from '../../nodes/core/document'
import { testEngine } from '../support/engine'

const workflow = (nodes: Record<string, { type: string; params?: unknown }>) =>
  parseDocument({
    schema: 1,
    id: 'w',
    name: 'Limits',
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, { version: 1, ...node }])),
    edges: [],
  })
const hungry = (megabytes: number, seed = 0) => ({ type: 'test/hungry', params: { megabytes, seed } })

it('a node that takes more memory than the limit is stopped with a sentence, and the next run goes on', async () => {
  const { run } = await testEngine({ pool: { memoryLimitBytes: () => 500e6 } })
  await expect(run(workflow({ large: hungry(600) }))).rejects.toMatchObject({
    code: 'worker/memory',
    nodeId: 'large',
    message: expect.stringMatching(/^The worker took \d+ MB of memory; the limit is 500 MB\.$/),
  })
  await run(workflow({ small: hungry(0) }))
})

it('of nodes that ran together only the one that takes too much fails', async () => {
  const { run, ran } = await testEngine({ pool: { memoryLimitBytes: () => 500e6 } })
  const both = workflow({
    large: hungry(600),
    patient: { type: 'test/patient', params: { seconds: 3 } },
  })
  await expect(run(both)).rejects.toMatchObject({ code: 'worker/memory', nodeId: 'large' })
  expect(ran()).toEqual(['patient'])
})

it('threads that are changed are those of the next worker', async () => {
  let threads = 1
  const { run, runner } = await testEngine({ pool: { threads: () => threads } })
  await run(workflow({ one: hungry(0, 1) }))
  const before = (runner as unknown as { pid: number }).pid // of the pool, which is behind the runner
  threads = 3
  expect(runner.threads).toBe(3)
  await run(workflow({ two: hungry(0, 2) }))
  expect((runner as unknown as { pid: number }).pid).not.toBe(before)
})

it.skipIf(process.platform !== 'linux')(
  'a worker gives large pieces of memory back to the system',
  async () => {
    const { run, runner } = await testEngine()
    await run(workflow({ one: hungry(0) }))
    const { pid } = runner as unknown as { pid: number }
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    expect(environment).toContain('MALLOC_MMAP_THRESHOLD_=1048576')
  },
)
