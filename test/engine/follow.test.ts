import { describe, expect, it } from 'vitest'
import type { StudioError } from '../../nodes/core/errors'
import type { RunEvent } from '../../server/engine/events'
import { testEngine, workflow } from '../support/engine'
import { brightness, constant, contrast, film, walkingOut } from '../support/nodes'

const movie = (params: Record<string, unknown>, reader = brightness) =>
  workflow()
    .node('level', constant, { value: 10 })
    .node('film', film, { frames: 40, secondsPerFrame: 0.01, ...params })
    .node('reader', reader)
    .link('level.value', 'film.level')
    .link('film.video', 'reader.video').document

/** Mean of `10 + 2 f` over 40 frames. */
const MEAN = 49

const at = (events: RunEvent[], type: RunEvent['type'], step: string) =>
  events.findIndex((event) => event.type === type && 'step' in event && event.step === step)

describe('a step that reads a video', () => {
  it('starts when the video has begun, and gives what it would have given afterwards', async () => {
    const { run, events, value } = await testEngine()
    const slow = movie({ secondsPerFrame: 0.05 }) // so that a thread can start meanwhile on a busy machine
    const result = await run(slow, { targets: ['reader'] })
    expect(at(events, 'job.started', 'reader')).toBeGreaterThan(at(events, 'job.started', 'film'))
    expect(at(events, 'job.started', 'reader')).toBeLessThan(at(events, 'job.finished', 'film'))
    expect(await value(result, 'reader', 'mean')).toBe(MEAN)
  })

  it('of two videos that are both unfinished starts once, when both have begun', async () => {
    const { run, events, value } = await testEngine()
    const document = workflow()
      .node('dark', constant, { value: 10 })
      .node('light', constant, { value: 30 })
      .node('short', film, { frames: 40, secondsPerFrame: 0.03 })
      .node('long', film, { frames: 40, secondsPerFrame: 0.04 })
      .node('reader', contrast)
      .link('dark.value', 'short.level')
      .link('light.value', 'long.level')
      .link('short.video', 'reader.a')
      .link('long.video', 'reader.b').document
    const result = await run(document, { targets: ['reader'] })
    const of = (type: RunEvent['type']) =>
      events.filter((event) => event.type === type && 'step' in event && event.step === 'reader')
    expect(of('job.started')).toHaveLength(1)
    expect(of('job.finished')).toHaveLength(1)
    for (const movie of ['short', 'long']) {
      expect(at(events, 'job.started', 'reader')).toBeGreaterThan(at(events, 'job.started', movie))
      expect(at(events, 'job.started', 'reader')).toBeLessThan(at(events, 'job.finished', movie))
    }
    expect(await value(result, 'reader', 'mean')).toBe(-20)
  })

  it('of two videos never starts when one has failed before the other began', async () => {
    const { run, events } = await testEngine()
    const document = workflow()
      .node('level', constant, { value: 10 })
      .node('bad', film, { frames: 40, secondsPerFrame: 0.01, breaksAt: 20 })
      .node('before', film, { frames: 60, secondsPerFrame: 0.01 })
      .node('mean', brightness)
      .node('late', film, { frames: 20, secondsPerFrame: 0.01 })
      .node('reader', contrast)
      .link('level.value', 'bad.level')
      .link('level.value', 'before.level')
      .link('before.video', 'mean.video')
      .link('mean.mean', 'late.level')
      .link('bad.video', 'reader.a')
      .link('late.video', 'reader.b').document
    // Another target needs the late one, so it is made although the reader cannot be.
    const ended = run(document, { targets: ['reader', 'late'] }).catch((error: StudioError) => error)
    expect(await ended).toMatchObject({ nodeId: 'bad' })
    expect(at(events, 'job.failed', 'bad')).toBeLessThan(at(events, 'job.started', 'late'))
    expect(at(events, 'job.finished', 'late')).toBeGreaterThan(0)
    expect(at(events, 'job.started', 'reader')).toBe(-1)
  }, 20_000)

  it('reads a video that is finished already as ever', async () => {
    const { run, events, value } = await testEngine()
    await run(movie({}), { targets: ['film'] })
    events.length = 0
    const result = await run(movie({}), { targets: ['reader'] })
    expect(events.filter((event) => event.type === 'job.started')).toHaveLength(1)
    expect(await value(result, 'reader', 'mean')).toBe(MEAN)
  })

  it('ends with the video when that cannot be finished; the error is that of the video', async () => {
    const { run, events } = await testEngine()
    const error = await run(movie({ breaksAt: 30 }), { targets: ['reader'] }).catch((e: StudioError) => e)
    expect(error).toMatchObject({ code: 'video/torn', nodeId: 'film' })
    expect(events.filter((event) => event.type === 'job.failed').map((event) => event.step)).toEqual(['film'])
    const whole = await testEngine()
    expect(await whole.run(movie({}), { targets: ['reader'] })).toBeDefined()
  })

  it('may fail by itself: the video is finished all the same, and kept', async () => {
    const { run, ran } = await testEngine()
    const document = movie({}, walkingOut)
    await expect(run(document, { targets: ['reader'] })).rejects.toMatchObject({ nodeId: 'reader' })
    expect(ran()).toContain('film')
    await run(document, { targets: ['film'] })
    expect(ran().filter((step) => step === 'film')).toHaveLength(1)
  })

  it('begins again with the video when the worker dies under both', async () => {
    const { engine, runner, events, value } = await testEngine()
    let killed = false
    const result = await engine.run(movie({}), {
      targets: ['reader'],
      onEvent: (event) => {
        events.push(event)
        if (killed || event.type !== 'job.progressed' || event.step !== 'film') return
        killed = true
        process.kill((runner as { pid?: number }).pid!, 'SIGKILL')
      },
    })
    expect(killed).toBe(true)
    expect(await value(result, 'reader', 'mean')).toBe(MEAN)
  })

  it('is cancelled with the run, and needs no killing of the worker', async () => {
    const { engine, runner } = await testEngine({ pool: { graceMs: 60_000 } })
    const controller = new AbortController()
    const pid = () => (runner as { pid?: number }).pid
    const run = engine.run(movie({ secondsPerFrame: 0.02 }), {
      targets: ['reader'],
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'job.started' && event.step === 'reader') controller.abort()
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'run/cancelled' })
    expect(pid()).toBeDefined()
  })
})
