import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { VideoValue } from '../../nodes/core/values'
import { registry } from '../../nodes/registry'
import type { RunControls } from '../../server/engine/run-options'
import { root } from '../support/cli'
import { tempFolder, testEngine, workflow } from '../support/engine'
import { framesOf } from '../support/node-context'
import { swayingPose } from '../support/poses'
import { addTinyPack } from '../support/tiny-pack/tiny-pack'

const FRAMES = 20
const dist = path.join(root, 'dist')

/** An engine with the real nodes, the tiny pack, and the workflow of a portrait that moves and speaks. */
async function studio({ params = {}, frames = FRAMES, side = 64 } = {}) {
  const data = tempFolder()
  const engine = await testEngine({
    ...{ data, registry },
    pool: { entry: path.join(dist, 'worker.js'), registry: path.join(dist, 'registry.js') },
  })
  addTinyPack(engine.data)
  const { assets } = engine.data
  const examples = path.join(root, 'nodes/examples')
  const pose = swayingPose(frames)
  const points = Array.from({ length: frames }, (_, f) =>
    Array.from({ length: 134 }, (_, i) => [...pose.data.subarray((f * 134 + i) * 3, (f * 134 + i + 1) * 3)]),
  )
  const file = path.join(tempFolder(), 'motion.json')
  const { width, height, fps } = pose
  writeFileSync(file, JSON.stringify({ format: 'mmgt-pose/1', width, height, fps, frames: points }))
  const idOf = async (name: string) => (await assets.import(name)).id
  const document = workflow()
    .node('portrait', 'input/image', { asset: await idOf(path.join(examples, 'portrait-mara.png')) })
    .node('motion', 'input/pose', { asset: await idOf(file) })
    .node('sound', 'input/audio', { asset: await idOf(path.join(examples, 'speech-hello.wav')) })
    .node('cut', 'audio/trim', { lengthSeconds: frames / 25 })
    .node('features', 'audio/encoder', { pack: 'tiny' })
    .node('masks', 'mask/motion')
    .node('video', 'diffusion/mm-haa', { pack: 'tiny', steps: 4, width: side, height: side, ...params })
    .link('portrait.image', 'video.portrait')
    .link('motion.pose', 'video.pose')
    .link('motion.pose', 'masks.pose')
    .link('masks.mask', 'video.masks')
    .link('sound.audio', 'cut.audio')
    .link('cut.audio', 'features.audio')
    .link('features.lips', 'video.speech')
  const pixels = async (result: Parameters<typeof engine.value>[0]) =>
    Buffer.concat(await framesOf((await engine.value(result, 'video', 'video')) as VideoValue))
  const unfinished = () =>
    readdirSync(path.join(engine.data.networks, UNFINISHED)).filter((name) => name.endsWith('.state'))
  return { ...engine, document, pixels, unfinished }
}

const UNFINISHED = 'latents'

/** The step that a text of progress is about. */
const stepIn = (text = '') => Number(/Step (\d+) of/.exec(text)?.[1] ?? 0)

describe('diffusion in a worker', () => {
  it('runs only what a change touches: a mask or a scale leaves sound, speech and portrait alone', async () => {
    const { run, document, ran, events } = await studio()
    await run(document.document)
    expect(ran()).toEqual(expect.arrayContaining(['features', 'video#prepare', 'video']))

    const again = async (changed: ReturnType<typeof workflow>) => {
      events.length = 0
      await run(changed.document)
      return ran()
    }
    expect(await again(document)).toEqual([])
    expect(await again(document.withParams('video', { motionScaleLips: 3 }))).toEqual(['video'])
    expect(await again(document.withParams('masks', { padding: 9 }))).toEqual(['masks', 'video'])
    const larger = await again(document.withParams('video', { width: 128, height: 128 }))
    expect(larger).toEqual(['video#prepare', 'video'])
  })

  it.each(['ddim', 'dpm++'])(
    'goes on where a killed worker was, to the same video: %s',
    async (scheduler) => {
      const params = {
        steps: 16,
        scheduler,
        ...(scheduler === 'dpm++' && { guideTo: 0.9, unconditionalEvery: 2 }),
      }
      const { data, engine, run, document, runner, events, ran, pixels, unfinished } = await studio({
        params,
      })
      let killedIn = 0
      const result = await run(document.document, {
        onEvent(event) {
          events.push(event)
          if (killedIn > 0 || event.type !== 'job.progressed' || event.node !== 'video') return
          if (stepIn(event.text) < 5) return
          killedIn = stepIn(event.text)
          process.kill((runner as unknown as { pid: number }).pid, 'SIGKILL')
        },
      })
      const retried = events.findIndex(({ type }) => type === 'job.retried')
      const steps = events
        .slice(retried)
        .flatMap((event) => (event.type === 'job.progressed' ? [stepIn(event.text)] : []))
        .filter((step) => step > 0)
      expect(killedIn).toBeGreaterThanOrEqual(5)
      expect(steps[0]).toBeGreaterThanOrEqual(killedIn)
      expect(unfinished()).toEqual([])
      const resumed = await pixels(result)

      data.cache.forget(engine.plan(document.document).steps.get('video')!.key)
      events.length = 0
      const unbroken = await pixels(await run(document.document, { fresh: true }))
      expect(ran()).toEqual(['video'])
      expect(resumed.equals(unbroken)).toBe(true)
    },
  )

  it('is tuned from the next step on, says so, and a killed worker goes on with it to the same video', async () => {
    const params = { steps: 16, motionScaleLips: 1 }
    const { data, engine, run, document, runner, events, ran, pixels, unfinished } = await studio({ params })
    let controls: RunControls | undefined
    let [isTuned, wasKilled] = [false, false]
    const result = await run(document.document, {
      onBegun: (begun) => {
        controls = begun
      },
      onEvent(event) {
        events.push(event)
        if (!isTuned && event.type === 'job.progressed' && stepIn(event.text) >= 3) {
          isTuned = true
          controls!.tune('video', { motionScaleLips: 6 })
        }
        if (wasKilled || event.type !== 'job.tuned' || !event.isTaken) return
        wasKilled = true
        setTimeout(() => process.kill((runner as unknown as { pid: number }).pid, 'SIGKILL'), 60)
      },
    })
    expect(events.map(({ type }) => type)).toContain('job.retried')
    const tuned = result.document.nodes.video.params
    expect(tuned).toMatchObject({ motionScaleLips: 1, changes: [{ motionScaleLips: 6 }] })
    const [{ step }] = tuned.changes as [{ step: number }]
    expect(step).toBeGreaterThan(3)
    const said = `Changed on the way: motion of the lips 1 → 6 from step ${step} of 16.`
    const warned = () => events.flatMap((event) => (event.type === 'job.warned' ? [event.message] : []))
    expect(warned()).toContain(said)
    expect(unfinished()).toEqual([])
    const video = await pixels(result)

    // Kept under neither value alone …
    const keyOf = (changed: ReturnType<typeof workflow>) =>
      engine.plan(changed.document).steps.get('video')!.key
    for (const motionScaleLips of [1, 6])
      expect(data.cache.find(keyOf(document.withParams('video', { motionScaleLips })))).toBeUndefined()
    // … but under the change, which gives the same when it is there from the beginning, and says the same.
    const same = document.withParams('video', { changes: tuned.changes })
    expect(data.cache.find(keyOf(same))?.warnings).toContain(said)
    data.cache.forget(keyOf(same))
    events.length = 0
    const unbroken = await pixels(await run(same.document, { fresh: true }))
    expect(ran()).toEqual(['video'])
    expect(warned()).toContain(said)
    expect(unbroken.equals(video)).toBe(true)
    const plain = await pixels(await run(document.document))
    expect(plain.equals(video)).toBe(false)
  })

  it('asks only the last steps again when only they are told something else, to the same video', async () => {
    const { data, engine, run, document, events, ran, pixels } = await studio({ params: { steps: 8 } })
    await run(document.document)
    const changed = document.withParams('video', { changes: [{ step: 7, guidance: 6, motionScaleFace: 4 }] })
    events.length = 0
    const late = await pixels(await run(changed.document))
    expect(ran()).toEqual(['video'])
    const steps = events.flatMap((event) =>
      event.type === 'job.progressed' && stepIn(event.text) > 0 ? [stepIn(event.text)] : [],
    )
    expect(steps[0]).toBe(7)
    expect(events).toContainEqual(
      expect.objectContaining({ message: 'The first 6 of 8 steps are those of an earlier run.' }),
    )
    data.cache.forget(engine.plan(changed.document).steps.get('video')!.key)
    const whole = await pixels(await run(changed.document, { fresh: true }))
    expect(whole.equals(late)).toBe(true)
  })

  it('goes on where it was cancelled', async () => {
    const { run, document, unfinished, events } = await studio({ params: { steps: 16 } })
    const stop = new AbortController()
    const cancelled = run(document.document, {
      signal: stop.signal,
      onEvent(event) {
        if (event.type === 'job.progressed' && stepIn(event.text) > 4) stop.abort()
      },
    })
    await expect(cancelled).rejects.toMatchObject({ code: 'run/cancelled' })
    expect(unfinished()).toHaveLength(1)
    await run(document.document)
    const steps = events.flatMap((event) =>
      event.type === 'job.progressed' && stepIn(event.text) > 0 ? [stepIn(event.text)] : [],
    )
    expect(steps[0]).toBeGreaterThanOrEqual(5)
    expect(unfinished()).toEqual([])
  })
})
