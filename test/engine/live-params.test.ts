import { expect, it } from 'vitest'
import type { RunControls, RunOptions } from '../../server/engine/run-options'
import { loadValue } from '../../server/storage/values'
import { testEngine, workflow } from '../support/engine'
import { counting, report } from '../support/nodes'

const slow = { steps: 8, waitMs: 150 }

const counted = (params: object = slow) =>
  workflow()
    .node('count', counting, { ...params })
    .node('file', report)
    .link('count.total', 'file.x')

/** An engine whose next run changes params of `count` when it says a text. */
async function tuning() {
  const studio = await testEngine()
  const run = async (
    { document }: ReturnType<typeof workflow>,
    at: Record<string, Record<string, unknown>> = {},
    options: RunOptions = {},
  ) => {
    let controls: RunControls | undefined
    const refused: string[] = []
    studio.events.length = 0
    const result = await studio.run(document, {
      ...options,
      onBegun: (begun) => {
        controls = begun
      },
      onEvent(event) {
        studio.events.push(event)
        if (event.type !== 'job.progressed' || event.node !== 'count') return
        const params = at[event.text ?? '']
        if (!params) return
        delete at[event.text!]
        try {
          controls!.tune('count', params)
        } catch (error) {
          refused.push((error as Error).message)
        }
      },
    })
    return { result, refused, controls: controls! }
  }
  const total = async (document: ReturnType<typeof workflow>) => {
    const { key } = studio.engine.plan(document.document).steps.get('count')!
    const entry = studio.data.cache.find(key)
    return entry && loadValue(studio.data.blobs, entry.outputs.total)
  }
  return { ...studio, run, total }
}

it('a param that is changed while its node runs acts from the next step, and the run is of the params that say so', async () => {
  const { run, total, ran, events } = await tuning()
  const { result } = await run(counted(), { 'step 3': { by: 10 } })
  const { changes } = result.document.nodes.count.params as { changes: { step: number; by: number }[] }
  expect(changes).toEqual([{ step: expect.any(Number), by: 10 }])
  const { step } = changes[0]
  expect(step).toBeGreaterThanOrEqual(4)
  const tuned = events.flatMap((event) => (event.type === 'job.tuned' ? [[event.params, event.isTaken]] : []))
  expect(tuned).toEqual([
    [{ by: 10 }, false],
    [{ by: 10 }, true],
  ])

  // Nothing is kept under the params it began with, nor under those it ended with.
  expect(await total(counted())).toBeUndefined()
  expect(await total(counted({ ...slow, by: 10 }))).toBeUndefined()
  const same = counted({ ...slow, changes })
  expect(await total(same)).toBe(step - 1 + 10 * (8 - step + 1))
  await run(same)
  expect(ran()).toEqual([])
  // … and what read it is kept the same way: plainly, it is another result.
  await run(counted({ ...slow, waitMs: 1 }))
  expect(ran()).toEqual(['count', 'file'])
})

it('the file of a tuned run holds the workflow that makes it again', async () => {
  const { run, data } = await tuning()
  const { result } = await run(counted(), { 'step 2': { by: 2 } })
  const [file] = result.files
  const { readFileSync } = await import('node:fs')
  const total = Number(/x = ([\d.]+)/.exec(readFileSync(data.blobs.pathOf(file.sha256), 'utf8'))![1])
  const { changes } = result.document.nodes.count.params as { changes: { step: number; by: number }[] }
  expect(total).toBe(changes[0].step - 1 + 2 * (8 - changes[0].step + 1))
})

it('a change to the value that holds is none', async () => {
  const { run, ran, total } = await tuning()
  const { result } = await run(counted(), { 'step 2': { by: 1 } })
  expect(result.document.nodes.count.params).toEqual(slow)
  expect(await total(counted())).toBe(8)
  await run(counted())
  expect(ran()).toEqual([])
})

it('what cannot be is refused in one sentence, and the node goes on as it was', async () => {
  const { run, total } = await tuning()
  const { refused } = await run(counted(), {
    'step 1': { by: 1_000 },
    'step 2': { by: 'much' },
    'step 3': { steps: 3 },
    'step 4': {},
    'step 5': { ['__proto__']: 1 },
  })
  expect(refused).toEqual([
    expect.stringMatching(/^by of Counting cannot be that: .*100\.$/),
    expect.stringMatching(/^by of Counting cannot be that: .*number.*\.$/),
    '"steps" of Counting cannot be changed while it runs.',
    'Nothing of Counting is to be changed.',
    '"__proto__" of Counting cannot be changed while it runs.',
  ])
  expect(await total(counted())).toBe(8)
})

it('nodes that are done, are not there, or have done their last step are refused, too', async () => {
  const { run } = await tuning()
  const { refused, controls } = await run(counted({ ...slow, lingers: true }), { lingers: { by: 3 } })
  expect(refused).toEqual(['Counting has done its last step: nothing of it can be changed.'])
  expect(() => controls.tune('count', { by: 3 })).toThrow('test/counting (count) is not at work in this run.')
  expect(() => controls.tune('nobody', { by: 3 })).toThrow('"nobody" is not at work in this run.')
})

it('a node that hides what it was tuned to fails: its result would be taken for another', async () => {
  const { run, total } = await tuning()
  const hiding = counted({ ...slow, hides: true })
  await expect(run(hiding, { 'step 2': { by: 4 } })).rejects.toThrow('did not settle')
  expect(await total(hiding)).toBeUndefined()
})
