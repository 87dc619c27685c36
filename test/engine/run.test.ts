import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { StudioError } from '../../nodes/core/errors'
import type { VideoValue } from '../../nodes/core/values'
import { readRun } from '../../server/engine/journal'
import type { RunResult } from '../../server/engine/run-result'
import { tempFolder, testEngine, workflow } from '../support/engine'
import {
  brightness,
  constant,
  crashing,
  failing,
  film,
  looking,
  needsEqual,
  painting,
  patient,
  report,
  scale,
  stubborn,
  sum,
  twoOutputs,
} from '../support/nodes'

const arithmetic = () =>
  workflow()
    .node('two', constant, { value: 2 })
    .node('tripled', scale, { by: 3 })
    .node('total', sum)
    .link('two.value', 'tripled.x')
    .link('two.value', 'total.a')
    .link('tripled.y', 'total.b')

describe('a run', () => {
  it('computes what the target needs and nothing else', async () => {
    const engine = await testEngine()
    const { document } = arithmetic().node('aside', constant, { value: 9 })
    const result = await engine.run(document, { targets: ['total'] })
    expect(await engine.value(result, 'total', 'total')).toBe(8)
    expect(engine.ran()).toEqual(['two', 'tripled', 'total'])
  })

  it('without targets computes every node whose outputs nobody reads', async () => {
    const engine = await testEngine()
    const result = await engine.run(arithmetic().node('aside', constant, { value: 9 }).document)
    expect(Object.keys(result.outputs).sort()).toEqual(['aside', 'total'])
  })

  it('re-runs only the nodes downstream of a changed parameter, also in a new process', async () => {
    const data = tempFolder()
    const first = await testEngine({ data })
    await first.run(arithmetic().document)
    const second = await testEngine({ data })
    await second.run(arithmetic().withParams('tripled', { by: 4 }).document)
    expect(second.ran()).toEqual(['tripled', 'total'])
  })

  it('starts no worker when everything is cached', async () => {
    const data = tempFolder()
    await (await testEngine({ data })).run(arithmetic().document)
    const again = await testEngine({
      data,
      runner: { threads: 2, run: () => expect.unreachable(), close: async () => {} },
    })
    await again.run(arithmetic().document)
    expect(again.ran()).toEqual([])
  })

  it('says for each node why it runs', async () => {
    const engine = await testEngine()
    const why = (document: ReturnType<typeof arithmetic>['document']) =>
      Object.fromEntries(
        [...engine.engine.plan(document).steps.values()].map((s) => [s.id, `${s.state}: ${s.why}`]),
      )
    expect(why(arithmetic().document).total).toBe('run: first time')
    await engine.run(arithmetic().document)
    expect(why(arithmetic().document)).toEqual({
      two: 'not-needed: nothing that runs reads it',
      tripled: 'not-needed: nothing that runs reads it',
      total: 'cached: cached',
    })
    const changed = why(arithmetic().withParams('tripled', { by: 5 }).document)
    expect(changed.two).toBe('cached: cached')
    expect(changed.tripled).toBe('run: param by changed')
    expect(changed.total).toBe('run: input b (from test/scale (tripled)) changed')
  })

  it('ignores layout, titles, groups and notes', async () => {
    const engine = await testEngine()
    await engine.run(arithmetic().document)
    const moved = arithmetic().with({
      layout: { two: { x: 500, y: 9 } },
      notes: [{ id: 'n', text: 'hi' }],
      name: 'Other',
    })
    moved.document.nodes.two.title = 'Pair'
    await engine.run(moved.document)
    expect(engine.ran()).toHaveLength(3)
  })

  it('computes an on-demand output only when something reads it', async () => {
    const log = path.join(tempFolder(), 'log')
    const engine = await testEngine()
    const cheap = workflow().node('both', twoOutputs, { log }).node('use', sum).link('both.cheap', 'use.a')
    await engine.run(cheap.document)
    await engine.run(cheap.link('both.expensive', 'use.b').document)
    await engine.run(workflow().node('both', twoOutputs, { log }).document)
    expect(readFileSync(log, 'utf8')).toBe('cheap\nexpensive\n')
  })

  it('looks through a bypassed node and treats a muted one as absent', async () => {
    const engine = await testEngine()
    const bypassed = await engine.run(arithmetic().withMode('tripled', 'bypass').document)
    expect(await engine.value(bypassed, 'total', 'total')).toBe(4)
    const muted = await engine.run(arithmetic().withMode('tripled', 'mute').document)
    expect(await engine.value(muted, 'total', 'total')).toBe(2)
    const noInput = engine.run(arithmetic().withMode('two', 'mute').document)
    await expect(noInput).rejects.toThrow('because test/constant (two) is switched off')
  })

  it('migrates params of older nodes', async () => {
    const engine = await testEngine()
    const { document } = arithmetic()
    document.nodes.tripled = { ...document.nodes.tripled, version: 1, params: { factor: 10 } }
    expect(await engine.value(await engine.run(document), 'total', 'total')).toBe(22)
  })

  it('refuses a workflow whose known facts do not agree, naming the node that mends it', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('a', constant, { value: 80 })
      .node('b', constant, { value: 60 })
      .node('both', needsEqual)
      .link('a.value', 'both.a')
      .link('b.value', 'both.b')
    const error = await engine.run(document).catch((e) => e)
    expect(error.message).toContain('they have 80 and 60')
    expect(error.hint).toBe('Insert test/scale before one of them.')
    expect(error.nodeId).toBe('both')
  })

  it('numbers its events from 1 without gaps', async () => {
    const engine = await testEngine()
    await engine.run(arithmetic().document)
    expect(engine.events.map((event) => event.seq)).toEqual(engine.events.map((_, i) => i + 1))
    expect(engine.events[0].type).toBe('run.planned')
    expect(engine.events.at(-1)?.type).toBe('run.finished')
  })

  it('reports progress with the time that remains', async () => {
    const engine = await testEngine()
    await engine.run(workflow().node('wait', patient, { seconds: 1.2 }).document)
    const progress = engine.events.filter((event) => event.type === 'job.progressed')
    expect(progress.length).toBeGreaterThan(3)
    expect(progress.length).toBeLessThan(20)
    expect(progress.at(-1)).toMatchObject({
      remainingSeconds: expect.any(Number),
      text: expect.stringContaining('step'),
    })
  })

  it('runs independent branches at the same time', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('a', patient, { seconds: 0.6, value: 1 })
      .node('b', patient, { seconds: 0.6, value: 2 })
      .node('sum', sum)
      .link('a.y', 'sum.a')
      .link('b.y', 'sum.b')
    await engine.run(document)
    const at = (type: string, step: string) =>
      engine.events.findIndex((e) => e.type === type && 'step' in e && e.step === step)
    expect(at('job.started', 'b')).toBeLessThan(at('job.finished', 'a'))
    expect(at('job.started', 'a')).toBeLessThan(at('job.finished', 'b'))
  })
})

describe('bulky values', () => {
  const movie = (params = {}) =>
    workflow()
      .node('level', constant, { value: 10 })
      .node('film', film, params)
      .node('mean', brightness)
      .link('level.value', 'film.level')
      .link('film.video', 'mean.video')

  it('are computed in chunks on all threads and come back bit for bit', async () => {
    const engine = await testEngine()
    const result = await engine.run(movie({ frames: 20 }).document, { targets: ['film', 'mean'] })
    const video = (await engine.value(result, 'film', 'video')) as VideoValue
    expect(video).toMatchObject({ frames: 20, fps: 25, width: 8, height: 6 })
    expect((await video.chunk(2))[3 * 144]).toBe(10 + 19 * 2)
    expect(video.audio!.channels[0][799]).toBe(0.25)
    expect(await engine.value(result, 'mean', 'mean')).toBeCloseTo(29)
  })

  it('keep their preparation when only the rest of the node changes', async () => {
    const log = path.join(tempFolder(), 'log')
    const engine = await testEngine()
    await engine.run(movie({ log }).document)
    await engine.run(movie({ log, frames: 9 }).document)
    expect(readFileSync(log, 'utf8')).toBe('prepared\n')
    expect(engine.ran().filter((step) => step === 'film')).toHaveLength(2)
  })

  it('are computed again when their stored bytes were damaged', async () => {
    const engine = await testEngine()
    const first = await engine.run(movie().document, { targets: ['film'] })
    const ref = first.outputs.film.video as { blobs: Record<string, { sha256: string }> }
    const { writeFileSync } = await import('node:fs')
    writeFileSync(engine.data.blobs.pathOf(ref.blobs['1'].sha256), 'rotten')
    const result = await engine.run(movie().document)
    expect(await engine.value(result, 'mean', 'mean')).toBeCloseTo(29)
    expect(engine.ran()).toEqual(['level', 'film#prepare', 'film', 'film', 'mean'])
  })
})

describe('files', () => {
  it('carry the part of the workflow that leads to them and are cached like any value', async () => {
    const engine = await testEngine()
    const { document } = arithmetic()
      .node('report', report)
      .link('two.value', 'report.x')
      .node('aside', constant)
    const first = await engine.run(document, { targets: ['report'] })
    expect(readFileSync(first.files[0].path, 'utf8')).toBe('x = 2 from two,report')
    const again = await engine.run(document, { targets: ['report'] })
    expect(again.files).toEqual(first.files)
    expect(engine.ran()).toEqual(['two', 'report'])
  })
})

describe('failures', () => {
  it('point at the node, keep the hint, and let independent branches finish', async () => {
    const engine = await testEngine()
    const { document } = workflow()
      .node('bad', failing)
      .node('after', sum)
      .link('bad.y', 'after.a')
      .node('good', patient, { seconds: 0.3 })
    const error = await engine.run(document).catch((e) => e)
    expect(error).toBeInstanceOf(StudioError)
    expect(error).toMatchObject({ code: 'audio/too-short', nodeId: 'bad', hint: 'Use a longer clip.' })
    expect(engine.ran()).toEqual(['good'])
    expect(readRun(engine.data, engine.events[0].run)).toMatchObject({
      status: 'failed',
      error: { nodeId: 'bad' },
    })
  })

  it('that nobody expected keep their stack for those who ask', async () => {
    const engine = await testEngine()
    const error = await engine
      .run(workflow().node('bad', failing, { unexpected: true }).document)
      .catch((e) => e)
    expect(error).toMatchObject({ code: 'internal', message: 'Unexpected failure: x is not a function' })
    expect(error.stack).toContain('TypeError')
  })

  it('of the process are retried once, without computing finished jobs again', async () => {
    const log = path.join(tempFolder(), 'crashes')
    const engine = await testEngine()
    const { document } = workflow()
      .node('two', constant, { value: 2 })
      .node('crash', crashing, { log, times: 1 })
      .link('two.value', 'crash.x')
    const result = await engine.run(document)
    expect(await engine.value(result, 'crash', 'y')).toBe(3)
    expect(engine.ran()).toEqual(['two', 'crash'])
    expect(engine.events.some((event) => event.type === 'job.retried')).toBe(true)
  })

  it('of the process that repeat become one sentence', async () => {
    const engine = await testEngine()
    const log = path.join(tempFolder(), 'crashes')
    const error = await engine
      .run(workflow().node('crash', crashing, { log, times: 9 }).document)
      .catch((e) => e)
    expect(error.code).toBe('worker/died')
    expect(error.message).toContain('died twice while computing this node')
  })

  it('of the process are laid to the node that causes them, not to one that was computed beside it', async () => {
    const engine = await testEngine()
    const log = path.join(tempFolder(), 'crashes')
    const { document } = workflow()
      .node('patient', patient, { seconds: 0.3 })
      .node('crash', crashing, { log, times: 9 })
      .node('other', patient, { seconds: 0.31 })
    const error = await engine.run(document).catch((e) => e)
    expect(error).toMatchObject({ code: 'worker/died', nodeId: 'crash' })
    expect(engine.ran().sort()).toEqual(['other', 'patient'])
    const failed = engine.events.flatMap((event) => (event.type === 'job.failed' ? [event.node] : []))
    expect(failed).toEqual(['crash'])
  })

  it('of a worker that gives no sign of life are noticed', async () => {
    const engine = await testEngine({ pool: { heartbeatMs: 2500 } })
    const { pid } = engine.runner as { pid?: number }
    expect(pid).toBeUndefined()
    const running = engine.run(workflow().node('wait', patient, { seconds: 1 }).document)
    await expect.poll(() => (engine.runner as { pid?: number }).pid).toBeTypeOf('number')
    const stopped = (engine.runner as unknown as { pid: number }).pid
    process.kill(stopped, 'SIGSTOP')
    await running
    expect((engine.runner as unknown as { pid: number }).pid).not.toBe(stopped)
  })
})

describe('cancelling', () => {
  const cancelAfter = async (document: Parameters<typeof workflow>[0], ms: number) => {
    const engine = await testEngine()
    const controller = new AbortController()
    let abortedAt = 0
    const running = engine.run(document!, {
      signal: controller.signal,
      onEvent: (event) => {
        engine.events.push(event)
        if (event.type !== 'job.started' || event.step !== 'wait') return
        setTimeout(() => {
          abortedAt = performance.now()
          controller.abort()
        }, ms)
      },
    })
    const error = await running.catch((e) => e)
    return { engine, error, tookMs: performance.now() - abortedAt }
  }

  it('stops a polite node and keeps what is finished', async () => {
    const document = workflow()
      .node('two', constant, { value: 2 })
      .node('wait', patient, { seconds: 20 })
      .link('two.value', 'wait.x').document
    const { engine, error, tookMs } = await cancelAfter(document, 100)
    expect(error.code).toBe('run/cancelled')
    // The bar is 200 ms on an idle machine; a loaded one may be late, but not by the 20 s of the node.
    expect(tookMs).toBeLessThan(2000)
    expect(engine.ran()).toEqual(['two'])
    expect(engine.events.at(-1)?.type).toBe('run.cancelled')
    expect(engine.events.some((event) => event.type === 'job.failed')).toBe(false)
  })

  it('stops a thread that is blocked inside a native call, and the next run works', async () => {
    const { engine, error, tookMs } = await cancelAfter(
      workflow().node('wait', stubborn, { seconds: 30 }).document,
      100,
    )
    expect(error.code).toBe('run/cancelled')
    expect(tookMs).toBeLessThan(2000)
    const result = await engine.run(arithmetic().document)
    expect(await engine.value(result, 'total', 'total')).toBe(8)
  })

  it('before the start computes nothing', async () => {
    const engine = await testEngine()
    await expect(engine.run(arithmetic().document, { signal: AbortSignal.abort() })).rejects.toThrow(
      'cancelled',
    )
    expect(engine.ran()).toEqual([])
  })
})

describe('the data folder', () => {
  it('serves two runs at once', async () => {
    const data = tempFolder()
    const [a, b] = [await testEngine({ data }), await testEngine({ data })]
    const { document } = workflow()
      .node('level', constant, { value: 3 })
      .node('film', film, { frames: 40 })
      .link('level.value', 'film.level')
    const [one, two] = await Promise.all([a.run(document), b.run(document)])
    expect(one.outputs).toEqual(two.outputs)
  })

  it('knows a run before its first job and marks it interrupted when its process is gone', async () => {
    const { markInterrupted, writeRun } = await import('../../server/engine/journal')
    const engine = await testEngine()
    let seen: string | undefined
    await engine.run(arithmetic().document, {
      onEvent: (event) => {
        if (event.type === 'run.planned') seen = readRun(engine.data, event.run)?.status
      },
    })
    expect(seen).toBe('running')
    const record = readRun(
      engine.data,
      engine.data && (await import('node:fs')).readdirSync(engine.data.runs)[0],
    )!
    writeRun(engine.data, { ...record, id: 'lost', status: 'running', pid: 2 ** 22 + 1 })
    expect(markInterrupted(engine.data)).toEqual(['lost'])
    expect(readRun(engine.data, 'lost')?.status).toBe('interrupted')
  })

  it('is cleaned up by least recent use, never touching assets, leases or fresh files', async () => {
    const { cleanUp } = await import('../../server/storage/clean-up')
    const engine = await testEngine()
    const films = [1, 2, 3].map((value) =>
      workflow()
        .node('level', constant, { value })
        .node('film', film, { frames: 8 })
        .link('level.value', 'film.level'),
    )
    const results: RunResult[] = []
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    for (const [i, { document }] of films.entries()) {
      vi.setSystemTime((i + 1) * 1000)
      results.push(await engine.run(document))
    }
    vi.useRealTimers()
    const asset = await engine.data.blobs.write(Buffer.from('a portrait'))
    const { writeFileSync } = await import('node:fs')
    writeFileSync(path.join(engine.data.assets.folder, `${asset.sha256}.json`), '{}')
    const pinned = new Set([...engine.engine.plan(films[0].document).steps.values()].map((step) => step.key))
    const blobOf = (i: number) => {
      const ref = results[i].outputs.film.video as { blobs: Record<string, { sha256: string }> }
      return ref.blobs['0'].sha256
    }
    const young = await cleanUp(engine.data, 1, { now: 5000 })
    expect(young).toMatchObject({ removedBlobs: 0, removedResults: 0 })
    const later = { now: Date.now() + 3600_000, pinned }
    const kept = () => results.map((_, i) => existsSync(engine.data.blobs.pathOf(blobOf(i))))
    let limit = (await cleanUp(engine.data, Number.MAX_SAFE_INTEGER, later)).bytesBefore
    while (kept()[1] && limit > 0) limit = (await cleanUp(engine.data, limit - 1, later)).bytesAfter
    expect(kept()).toEqual([true, false, true])
    await cleanUp(engine.data, 1, later)
    expect(kept()).toEqual([true, false, false])
    expect(engine.data.blobs.has(asset.sha256)).toBe(true)
  })
})

it('an input that only an editor shows is neither computed nor a reason to run again', async () => {
  const engine = await testEngine()
  const base = workflow().node('a', constant, { value: 1 }).node('looks', looking).link('a.value', 'looks.x')
  await engine.run(base.document)
  await engine.run(base.node('picture', constant, { value: 5 }).link('picture.value', 'looks.below').document)
  expect(engine.ran()).toEqual(['a', 'looks'])
})

describe('previews', () => {
  it('arrive while their node works, with its id and the frame they show, at most ten a second', async () => {
    const engine = await testEngine()
    const seen: string[] = []
    const result = await engine.run(workflow().node('a', painting).document, {
      onPreview: ({ node, bytes, mime, frame }) =>
        void seen.push(`${node} ${[...bytes]} ${mime} frame ${frame}`),
      onEvent: (event) => void (event.type === 'job.finished' && seen.push('finished')),
    })
    expect(seen).toEqual(['a 1,2,3 image/png frame 7', 'finished'])
    expect(await engine.value(result, 'a', 'watched')).toBe(true)
  })

  it('are not made when nobody looks', async () => {
    const engine = await testEngine()
    const result = await engine.run(workflow().node('a', painting).document)
    expect(await engine.value(result, 'a', 'watched')).toBe(false)
  })
})
