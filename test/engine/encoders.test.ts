import { expect, it, onTestFinished } from 'vitest'
import type { PoseValue, SpeechValue, TableValue } from '../../nodes/core/values'
import { registry } from '../../nodes/registry'
import type { RunEvent } from '../../server/engine/events'
import { loadValue } from '../../server/storage/values'
import { portraitFile, speechFile } from '../support/bad-files'
import { tempFolder, workflow } from '../support/engine'
import { openStudio } from '../support/studio'
import { TINY_MOTION_DIMS } from '../support/tiny-pack/speech'
import { addTinyPack } from '../support/tiny-pack/tiny-pack'

const TINY = { pack: 'tiny' }

/** The real nodes in a real worker, with the tiny pack. */
async function studio() {
  const opened = openStudio(tempFolder(), 2)
  onTestFinished(() => opened.runner.close())
  addTinyPack(opened.data)
  const asset = async (file: string) => ({ asset: (await opened.data.assets.import(file)).id })
  const node = (id: string) => registry.get(id)!
  const document = workflow()
    .node('portrait', node('input/image'), await asset(portraitFile))
    .node('audio', node('input/audio'), await asset(speechFile))
    .node('vocals', node('audio/separate-vocals'), TINY)
    .node('speech', node('audio/encoder'), { ...TINY, motionKind: 'wavlm' })
    .node('first', node('pose/detect'), TINY)
    .node('gestures', node('pose/smga'), { ...TINY, steps: 2 })
    .link('audio.audio', 'vocals.audio')
    .link('vocals.vocals', 'speech.audio')
    .link('portrait.image', 'first.image')
    .link('speech.motion', 'gestures.speech')
    .link('first.pose', 'gestures.firstPose')
  const events: RunEvent[] = []
  return {
    ...opened,
    document,
    /** Nodes that were computed in a run. */
    async run(of: typeof document, targets = ['gestures']) {
      events.length = 0
      const result = await opened.engine.run(of.document, {
        targets,
        onEvent: (event) => void events.push(event),
      })
      const ran = events.flatMap((event) => (event.type === 'job.finished' ? [event.step] : []))
      return { result, ran }
    },
    value: <T>(ref: Parameters<typeof loadValue>[1]) => loadValue(opened.data.blobs, ref) as Promise<T>,
  }
}

it('a portrait and speech become gestures in a worker, and only what hangs on a change is computed again', async () => {
  const { document, run, value } = await studio()
  const first = await run(document, ['gestures', 'speech', 'first'])
  expect(first.ran.sort()).toEqual(['audio', 'first', 'gestures', 'portrait', 'speech', 'vocals'])
  const speech = await value<SpeechValue>(first.result.outputs.speech.motion)
  const found = await value<PoseValue>(first.result.outputs.first.pose)
  const gestures = await value<PoseValue>(first.result.outputs.gestures.pose)
  expect(speech).toMatchObject({ kind: 'wavlm', dims: TINY_MOTION_DIMS })
  expect(gestures).toMatchObject({ frames: speech.frames, width: found.width, height: found.height })

  expect((await run(document)).ran).toEqual([])
  const surer = document.withParams('first', { minScore: 0.4 })
  expect((await run(surer)).ran.sort()).toEqual(['first', 'gestures'])
  const pieces = document.withParams('speech', { range: 'pieces' })
  expect((await run(pieces)).ran.sort()).toEqual(['gestures', 'speech'])
})

it('weights are needed only of outputs that somebody reads', async () => {
  const { document, engine } = await studio()
  const elsewhere = document.withParams('speech', { pack: 'elsewhere' })
  expect(() => engine.plan(elsewhere.document)).toThrow('There is no pack "elsewhere"')
  const baseline = elsewhere.withParams('speech', { motionKind: 'baseline' })
  expect(() => engine.plan(baseline.document, ['speech'])).not.toThrow()
})

it('lips are heard in a worker too, and no features for gestures', async () => {
  const { document, run } = await studio()
  const edges = document.document.edges.map((edge) =>
    edge.from[1] === 'motion' ? { ...edge, from: ['speech', 'lips'] as [string, string] } : edge,
  )
  await expect(run(document.with({ edges }))).rejects.toMatchObject({
    code: 'speech/kind',
    message: expect.stringContaining('the speech is of kind wav2vec2 with 24'),
  })
})

it('a portrait and speech become a video, and how well it follows its motion is measured', async () => {
  const { document, run, value } = await studio()
  const small = document
    .node('cut', registry.get('audio/trim')!, { end: 0.5 })
    .node('masks', registry.get('mask/motion')!, { regions: ['face', 'lips'] })
    .node('render', registry.get('diffusion/mm-haa')!, { ...TINY, width: 64, height: 64, steps: 1 })
    .node('found', registry.get('pose/detect')!, TINY)
    .node('figures', registry.get('video/metrics')!, {})
    .link('audio.audio', 'cut.audio')
    .link('gestures.pose', 'masks.pose')
    .link('portrait.image', 'render.portrait')
    .link('gestures.pose', 'render.pose')
    .link('masks.mask', 'render.masks')
    .link('speech.lips', 'render.speech')
    .link('render.video', 'found.video')
    .link('gestures.pose', 'figures.pose')
    .link('found.pose', 'figures.detected')
  const edges = small.document.edges.map((edge) =>
    edge.from[0] === 'audio' && edge.to[0] === 'vocals'
      ? { ...edge, from: ['cut', 'audio'] as [string, string] }
      : edge,
  )
  const { result } = await run(small.with({ edges }), ['figures', 'found'])
  expect(await value<PoseValue>(result.outputs.found.pose)).toMatchObject({
    frames: 13,
    width: 64,
    height: 64,
  })
  const { rows } = await value<TableValue>(result.outputs.figures.table)
  const figure = (metric: string, region: string) =>
    rows.find((row) => row.metric === metric && row.region === region)?.value
  expect(figure('frames compared', 'pose')).toBe(13)
  expect(figure('pose error', 'right arm')).toBeTypeOf('number')
})
