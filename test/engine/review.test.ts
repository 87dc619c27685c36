import { describe, expect, it } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import type { WorkflowDocument } from '../../nodes/core/document'
import { CancelledError, WaitingError } from '../../nodes/core/errors'
import { readRun } from '../../server/engine/journal'
import type { Asked, RunOptions } from '../../server/engine/run-options'
import type { JobRunner } from '../../server/worker/pool'
import { tempFolder, testEngine, workflow } from '../support/engine'
import { brightness, constant, failing, film, patient, report, scale, sum } from '../support/nodes'

type TestEngine = Awaited<ReturnType<typeof testEngine>>

/** two → look → tripled, and beside it two → aside. */
const reviewed = (value = 2) =>
  workflow()
    .node('two', constant, { value })
    .node('look', controlReview)
    .node('tripled', scale, { by: 3 })
    .node('aside', scale, { by: 5 })
    .link('two.value', 'look.value')
    .link('look.value', 'tripled.x')
    .link('two.value', 'aside.x')

const types = (engine: TestEngine) => engine.events.map(({ type }) => type)

/** Runs until it waits, and approves then. @returns nodes that were asked about */
async function approving(engine: TestEngine, document: WorkflowDocument, options: RunOptions = {}) {
  const asked: string[] = []
  const onAsked = (one: Asked) => void asked.push(one.node)
  const onOnlyAsking = async (all: Asked[]) => {
    for (const one of all) one.approve()
  }
  const result = await engine.run(document, { onAsked, onOnlyAsking, ...options })
  return { asked, result }
}

describe('a review', () => {
  it('lets everything go on that does not depend on it, and then the run waits', async () => {
    const engine = await testEngine()
    let late: Asked | undefined
    const onAsked = (one: Asked) => {
      late = one
    }
    const error = await engine.run(reviewed().document, { id: 'r', onAsked }).catch((cause) => cause)
    expect(error).toBeInstanceOf(WaitingError)
    expect(late?.approve()).toBe(false)
    expect(error.message).toBe('The run waits for somebody to approve control/review (look).')
    expect(engine.ran().sort()).toEqual(['aside', 'two'])
    expect(types(engine).at(-1)).toBe('run.waiting')
    expect(readRun(engine.data, 'r')?.status).toBe('waiting')
    const asked = engine.events.find(({ type }) => type === 'job.asked')
    expect(asked).toMatchObject({ node: 'look', outputs: { value: { type: 'number', inline: 2 } } })
  })

  it('goes on in the same run when it is approved, with events without gaps', async () => {
    const engine = await testEngine()
    const { result } = await approving(engine, reviewed().document)
    expect(await engine.value(result, 'tripled', 'y')).toBe(6)
    expect(engine.events.map(({ seq }) => seq)).toEqual(engine.events.map((_, i) => i + 1))
    const order = types(engine).filter((type) => /asked|approved|run\.(waiting|finished)/.test(type))
    expect(order).toEqual(['job.asked', 'job.approved', 'run.finished'])
  })

  it('goes on while the rest still computes', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('two', constant, { value: 2 })
      .node('look', controlReview)
      .node('tripled', scale, { by: 3 })
      .node('slow', patient, { seconds: 1 })
      .link('two.value', 'look.value')
      .link('look.value', 'tripled.x')
    await engine.run(document, { onAsked: ({ approve }) => void setTimeout(approve, 50) })
    expect(engine.ran()).toEqual(['two', 'tripled', 'slow'])
  })

  it('does not ask about a value that was approved, in another process either, and asks about another one', async () => {
    const data = tempFolder()
    const first = await testEngine({ data })
    expect((await approving(first, reviewed().document)).asked).toEqual(['look'])
    const second = await testEngine({ data })
    const changed = reviewed().withParams('tripled', { by: 4 })
    expect((await approving(second, changed.document)).asked).toEqual([])
    expect(second.ran()).toEqual(['tripled'])
    expect((await approving(second, reviewed(7).document)).asked).toEqual(['look'])
  })

  it('a value is asked about once, however many reviews it passes', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('two', constant, { value: 2 })
      .node('look', controlReview)
      .node('again', controlReview)
      .node('tripled', scale, { by: 3 })
      .link('two.value', 'look.value')
      .link('look.value', 'again.value')
      .link('again.value', 'tripled.x')
    const { asked, result } = await approving(engine, document)
    expect(asked).toEqual(['look'])
    expect(await engine.value(result, 'tripled', 'y')).toBe(6)
  })

  it('that shall never ask hands on, and that counts as no approval', async () => {
    const engine = await testEngine()
    const { document } = reviewed().withParams('look', { ask: 'never' })
    const result = await engine.run(document)
    expect(await engine.value(result, 'tripled', 'y')).toBe(6)
    const asks = reviewed().withParams('tripled', { by: 4 })
    expect((await approving(engine, asks.document)).asked).toEqual(['look'])
  })

  it('is asked again after a run that computes everything anew', async () => {
    const engine = await testEngine()
    await approving(engine, reviewed().document)
    engine.engine.forget(reviewed().document)
    expect((await approving(engine, reviewed().document)).asked).toEqual(['look'])
  })

  it('waits for the whole of a video and hands it on', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('level', constant, { value: 3 })
      .node('film', film, { frames: 20, secondsPerFrame: 0.01 })
      .node('look', controlReview)
      .node('mean', brightness)
      .link('level.value', 'film.level')
      .node('follower', brightness)
      .link('film.video', 'look.value')
      .link('film.video', 'follower.video')
      .link('look.value', 'mean.video')
    const { result } = await approving(engine, document)
    const plain = await testEngine()
    const without = workflow()
      .node('level', constant, { value: 3 })
      .node('film', film, { frames: 20, secondsPerFrame: 0.01 })
      .node('mean', brightness)
      .link('level.value', 'film.level')
      .link('film.video', 'mean.video')
    const wanted = await plain.run(without.document)
    expect(await engine.value(result, 'mean', 'mean')).toBe(await plain.value(wanted, 'mean', 'mean'))
  })

  it('behind a file delivers it', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('two', constant, { value: 2 })
      .node('report', report)
      .node('look', controlReview)
      .link('two.value', 'report.x')
      .link('report.file', 'look.value')
    const { result } = await approving(engine, document)
    expect(result.files.map(({ name }) => name)).toEqual(['report.txt'])
  })

  it('holds no worker: a run of reviews alone starts none', async () => {
    const data = tempFolder()
    const first = await testEngine({ data })
    await first.run(reviewed().document).catch(() => {})
    const nobody: JobRunner = {
      threads: 1,
      run: () => Promise.reject(new Error('a worker was asked')),
    } as never
    const second = await testEngine({ data, runner: nobody })
    const error = await second.run(reviewed().document).catch((cause) => cause)
    expect(error).toBeInstanceOf(WaitingError)
  })

  it('a run that is cancelled while it waits ends as cancelled', async () => {
    const engine = await testEngine()
    const controller = new AbortController()
    const onOnlyAsking = () => new Promise<void>(() => void setTimeout(() => controller.abort(), 20))
    const run = engine.run(reviewed().document, { onOnlyAsking, signal: controller.signal })
    await expect(run).rejects.toBeInstanceOf(CancelledError)
    expect(types(engine).at(-1)).toBe('run.cancelled')
  })

  it('a run of which another branch fails has failed, and no longer asks', async () => {
    const engine = await testEngine()
    let asked: Asked | undefined
    const { document } = reviewed().node('bad', failing)
    const onAsked = (one: Asked) => {
      asked = one
    }
    await expect(engine.run(document, { onAsked })).rejects.toThrow('3 samples')
    expect(asked?.approve()).toBe(false)
    expect(types(engine).at(-1)).toBe('run.failed')
  })

  it('two of them are approved one after the other', async () => {
    const engine = await testEngine()
    const { document } = reviewed()
      .node('behind', controlReview)
      .node('total', sum)
      .link('tripled.y', 'behind.value')
      .link('behind.value', 'total.a')
    const { asked, result } = await approving(engine, document)
    expect(asked).toEqual(['look', 'behind'])
    expect(await engine.value(result, 'total', 'total')).toBe(6)
  })
})
