import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { isOver } from '../../nodes/core/run-snapshot'
import { registry } from '../../nodes/registry'
import { firstPose, portraitFile, speechFile } from '../support/bad-files'
import { placesOf } from '../support/deadly-nodes'
import { workflow } from '../support/engine'
import { startLive } from '../support/live-server'
import { encode, greyVideo } from '../support/media'
import { addTinyPack } from '../support/tiny-pack/tiny-pack'
import { workerBundle } from '../support/worker-bundle'

/** Small, so that it is about the deaths and not about the pictures. */
const SIDE = 256

const TINY = { pack: 'tiny' }

/** Every node there is, with params; what a node reads comes before it. */
const KINDS: [type: string, params?: Record<string, unknown>][] = [
  ['input/image'],
  ['input/pose'],
  ['input/audio'],
  ['input/video', { maxSize: 64 }],
  ['audio/trim', { lengthSeconds: 0.4 }],
  ['audio/separate-vocals', TINY],
  ['audio/encoder', { ...TINY, motionKind: 'wavlm' }],
  ['pose/procedural'],
  ['pose/detect', TINY],
  ['pose/smga', { ...TINY, steps: 1 }],
  ['pose/editor'],
  ['pose/smooth'],
  ['pose/slice', { count: 8 }],
  ['pose/resample'],
  ['pose/retarget'],
  ['pose/blend'],
  ['pose/draw'],
  ['mask/motion'],
  ['mask/editor'],
  ['mask/to-video'],
  ['mask/from-video'],
  ['mask/combine'],
  ['render/warp'],
  ['diffusion/mm-haa', { ...TINY, width: 64, height: 64, steps: 1 }],
  ['video/metrics'],
  ['video/compare'],
  ['output/video', { format: 'gif' }],
]

const EDGES = [
  ['input-audio.audio', 'audio-trim.audio'],
  ['audio-trim.audio', 'audio-encoder.audio'],
  ['audio-trim.audio', 'audio-separate-vocals.audio'],
  ['audio-trim.audio', 'pose-procedural.audio'],
  ['audio-encoder.motion', 'pose-smga.speech'],
  ['input-pose.pose', 'pose-smga.firstPose'],
  ['input-image.image', 'pose-detect.image'],
  ['input-pose.pose', 'pose-procedural.firstPose'],
  ['pose-procedural.pose', 'pose-editor.pose'],
  ['pose-editor.pose', 'pose-smooth.pose'],
  ['pose-smooth.pose', 'pose-slice.pose'],
  ['pose-slice.pose', 'pose-resample.pose'],
  ['pose-resample.pose', 'pose-retarget.pose'],
  ['input-pose.pose', 'pose-retarget.firstPose'],
  ['pose-resample.pose', 'pose-blend.a'],
  ['pose-retarget.pose', 'pose-blend.b'],
  ['pose-blend.pose', 'pose-draw.pose'],
  ['pose-blend.pose', 'mask-motion.pose'],
  ['mask-motion.mask', 'mask-editor.mask'],
  ['mask-editor.mask', 'mask-to-video.mask'],
  ['mask-to-video.video', 'mask-from-video.video'],
  ['mask-editor.mask', 'mask-combine.a'],
  ['mask-from-video.mask', 'mask-combine.b'],
  ['input-image.image', 'render-warp.portrait'],
  ['input-pose.pose', 'render-warp.firstPose'],
  ['pose-blend.pose', 'render-warp.pose'],
  ['input-image.image', 'diffusion-mm-haa.portrait'],
  ['pose-blend.pose', 'diffusion-mm-haa.pose'],
  ['mask-motion.mask', 'diffusion-mm-haa.masks'],
  ['pose-blend.pose', 'video-metrics.pose'],
  ['render-warp.video', 'output-video.video'],
  ['input-video.video', 'video-compare.a'],
  ['mask-to-video.video', 'video-compare.b'],
]

const nodeOf = (type: string) => type.replace('/', '-')

describe('a worker that dies', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-deaths-'))
  const deaths = path.join(folder, 'deaths')
  let live: Awaited<ReturnType<typeof startLive>>
  let document: WorkflowDocument

  beforeAll(async () => {
    process.env.MMGT_TEST_DEATHS = deaths
    writeFileSync(deaths, '')
    const bundles = await workerBundle('deadly-nodes')
    live = await startLive({ folder: path.join(folder, 'data'), bundles, registry })
    addTinyPack(live.data)
    document = await everyKind()
  })
  afterAll(async () => {
    await live.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    delete process.env.MMGT_TEST_DEATHS
  })

  async function everyKind(): Promise<WorkflowDocument> {
    const portrait = path.join(folder, 'portrait.png')
    await sharp(portraitFile).resize(SIDE).toFile(portrait)
    const pose = path.join(folder, 'first.pose.json')
    const whole = firstPose()
    const scale = SIDE / whole.width
    const frames = whole.frames.map((points) => points.map(([x, y, score]) => [x * scale, y * scale, score]))
    writeFileSync(pose, JSON.stringify({ ...whole, width: SIDE, height: SIDE, frames }))
    const files: Record<string, string> = {
      'input/image': portrait,
      'input/pose': pose,
      'input/audio': speechFile,
      'input/video': (await encode(greyVideo(8), { file: path.join(folder, 'video.mp4') })).file,
    }
    let made = workflow()
    for (const [type, params] of KINDS) {
      const file = files[type]
      const asset = file && { asset: (await live.data.assets.import(file)).id }
      made = made.node(nodeOf(type), registry.get(type)!, { ...params, ...asset })
    }
    return EDGES.reduce((all, [from, to]) => all.link(from, to), made).document
  }

  async function run(target: string, ...due: string[]) {
    writeFileSync(deaths, due.join('\n'))
    const { id } = await live.runs.start({ workflow: 'w', document, targets: [target] })
    await expect.poll(() => isOver(live.runs.snapshot(id).summary.state), { interval: 20 }).toBe(true)
    return live.runs.snapshot(id)
  }

  it('dies in every kind of node here', () => {
    expect(KINDS.map(([type]) => type).sort()).toEqual(
      registry
        .all()
        .filter(({ asks }) => !asks) // a review holds no worker
        .map(({ id }) => id)
        .sort(),
    )
  })

  it.each(KINDS)('in %s: one sentence, the studio goes on, and so does the next run', async (type) => {
    const node = nodeOf(type)
    const places = placesOf(registry.get(type)!)
    // One death in a step costs time only; a preparation is a step of its own, a task is a part of its run.
    const once = places.flatMap((where) => (where === 'prepare' ? [`${type} prepare`] : []))
    const last = `${type} ${places.at(-1)}`
    const failed = await run(node, ...once, last, last)
    expect(failed.summary).toMatchObject({
      state: 'failed',
      error: { code: 'worker/died', nodeId: node, message: expect.stringMatching(/^The worker [^.]+\.$/) },
    })
    const { summary } = await run(node)
    expect(summary).toMatchObject({ state: 'finished', ran: 1 }) // nothing that had finished was lost
    expect(readFileSync(deaths, 'utf8').trim()).toBe('')
  })
})
