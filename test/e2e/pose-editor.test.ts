import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { integrateFrames, partName } from '../../nodes/core/stored-layout'
import type { PoseValue } from '../../nodes/core/values'
import type { EditLayer } from '../../nodes/lib/pose/edit-layers'
import { writePoseFile } from '../../nodes/lib/pose/formats'
import { int16, wavBytes } from '../support/media'
import { drawPortrait } from '../support/portrait'
import { neutralPose, stillPose, swayingPose } from '../support/poses'
import { syntheticVoice } from '../support/voice'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const SIDE = 256
const FRAMES = 10

const node = (type: string, params: Record<string, unknown> = {}) => ({ type, version: 1, params })
const edge = (text: string) => {
  const [from, to] = text.split(' ').map((end) => end.split('.'))
  return { from, to }
}
const layoutOf = (nodes: object) =>
  Object.fromEntries(Object.keys(nodes).map((id, i) => [id, { x: 240 * i, y: 0 }]))

interface Files {
  portrait: string
  firstPose: string
  motion: string
  speech: string
}

/** A motion, its editor, the video of it, and a file of the skeleton, which the editor does not touch. */
function edited({ portrait, firstPose, motion }: Files, layers: unknown = []) {
  const nodes = {
    portrait: node('input/image', { asset: portrait }),
    firstPose: node('input/pose', { asset: firstPose }),
    motion: node('input/pose', { asset: motion }),
    edit: node('pose/editor', { layers }),
    render: { ...node('render/warp', { maxSize: SIDE }), version: 3 },
    video: node('output/video', { name: 'edited' }),
    skeleton: node('pose/draw'),
    skeletonFile: node('output/video', { name: 'skeleton' }),
  }
  const edges = [
    'motion.pose edit.pose',
    'edit.pose render.pose',
    'portrait.image render.portrait',
    'firstPose.pose render.firstPose',
    'render.video video.video',
    'motion.pose skeleton.pose',
    'skeleton.video skeletonFile.video',
  ].map(edge)
  return { schema: 1, id: 'x', name: 'Edited', nodes, edges, layout: layoutOf(nodes) }
}

/** From a portrait and a recording to a video; portrait and first pose are still missing. */
function ownPhoto({ speech }: Files) {
  const nodes = {
    portrait: node('input/image'),
    firstPose: node('input/pose'),
    speech: node('input/audio', { asset: speech }),
    gestures: node('pose/procedural'),
    render: { ...node('render/warp', { maxSize: SIDE }), version: 3 },
    video: node('output/video', { name: 'own' }),
  }
  const edges = [
    'speech.audio gestures.audio',
    'firstPose.pose gestures.firstPose',
    'gestures.pose render.pose',
    'portrait.image render.portrait',
    'firstPose.pose render.firstPose',
    'speech.audio render.audio',
    'render.video video.video',
  ].map(edge)
  return { schema: 1, id: 'x', name: 'Own photo', nodes, edges, layout: layoutOf(nodes) }
}

const poseFile = (pose: PoseValue) => Buffer.from(writePoseFile(pose))

describeInBrowser('the pose editor', () => {
  let studio: StudioInBrowser
  let files: Files
  let photo: Buffer
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const first = neutralPose(SIDE, SIDE)
    const { data } = await drawPortrait(first, SIDE, SIDE)
    photo = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toBuffer()
    const { samples, sampleRate } = syntheticVoice({ seconds: 1 })
    const pcm = int16(...Array.from(samples, (sample) => Math.round(sample * 20_000)))
    files = {
      portrait: await studio.upload('portrait.png', photo),
      firstPose: await studio.upload('first.json', poseFile(stillPose(first, 1, SIDE, SIDE))),
      motion: await studio.upload(
        'motion.json',
        poseFile(swayingPose(FRAMES, { width: SIDE, height: SIDE })),
      ),
      speech: await studio.upload('speech.wav', Buffer.from(wavBytes(pcm, { sampleRate }))),
    }
  })
  afterAll(() => studio?.close())

  const create = async (document: object) => (await studio.api.workflow.create.mutate({ document })).workflow
  const stored = async (workflow: string) =>
    (await studio.api.workflow.get.query({ workflow })).document as WorkflowDocument
  const layersOf = async (workflow: string) =>
    ((await stored(workflow)).nodes.edit.params.layers ?? []) as EditLayer[]
  const kinds = async (workflow: string) => (await layersOf(workflow)).map(({ kind }) => kind)
  const stage = (page: Page) => page.locator('[data-pose-stage]')
  const grip = (page: Page, name: string) => page.locator(`[data-handle="${name}"]`).first()

  async function open(workflow: string, options: Parameters<StudioInBrowser['page']>[1] = {}) {
    const page = await studio.page(`/workflows/${workflow}`, options)
    await page.locator('[data-id="edit"] header').click()
    await page.keyboard.press('Enter')
    await stage(page).waitFor()
    await grip(page, 'joint-4').waitFor()
    return page
  }
  /** A workflow that has run once, open in its pose editor. */
  async function openEdited(layers?: unknown, options?: Parameters<StudioInBrowser['page']>[1]) {
    const workflow = await create(edited(files, layers))
    const run = await studio.runToEnd(workflow)
    return { workflow, run, page: await open(workflow, options) }
  }
  const selectRegion = (page: Page, name: string) =>
    page.getByRole('list', { name: 'Regions' }).getByRole('button', { name, exact: true }).click()
  async function take(page: Page, name: string, by: { x: number; y: number }) {
    const box = (await grip(page, name).boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by.x, y + by.y, { steps: 5 })
  }
  async function drag(page: Page, name: string, by: { x: number; y: number }) {
    await take(page, name, by)
    await page.mouse.up()
  }
  const nodesOf = async (run: string) => (await studio.api.run.get.query({ run })).snapshot.nodes
  /** Runs from the page as a person does. @returns nodes that were computed, and the run as it ended */
  async function run(page: Page, workflow: string) {
    const runs = async () => (await studio.api.run.list.query({ workflow })).runs
    const before = (await runs()).length
    await page.keyboard.press('Control+Enter')
    await eventually(async () => (await runs()).length).toBe(before + 1)
    const id = (await runs())[0].id
    const read = async () => (await studio.api.run.get.query({ run: id })).snapshot
    await expect.poll(async () => (await read()).summary.state, { interval: 100 }).toBe('finished')
    const nodes = await nodesOf(id)
    const ran = Object.values(nodes).filter(({ state }) => state === 'done')
    return { ran: ran.map((one) => one.node).sort(), nodes }
  }
  /** `[frames, height, width, 3]` of a stored video. */
  async function framesOf(nodes: Awaited<ReturnType<typeof run>>['nodes']) {
    const { video } = nodes.render.outputs
    if (!('blobs' in video)) throw new Error('the video is stored')
    const { sha256 } = video.blobs[partName.videoChunk(0)]
    const answer = await fetch(`${studio.url}/api/artifacts/${sha256}?br=1`)
    return integrateFrames(new Uint8Array(await answer.arrayBuffer()), SIDE * SIDE * 3)
  }
  const differing = (a: Uint8Array, b: Uint8Array) =>
    a.reduce((n, value, i) => n + (value === b[i] ? 0 : 1), 0)
  /** Equal pictures on the stage have equal sums. */
  const picture = (page: Page) =>
    page.locator('[data-pose-stage] canvas').evaluate((canvas: HTMLCanvasElement) =>
      canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.reduce((sum, value, i) => (sum + value * ((i % 251) + 1)) % 1_000_003, 0),
    )

  /** The picture once it has not changed for a while: edits are computed beside the page. */
  async function settled(page: Page): Promise<number> {
    let last = await picture(page)
    for (let equal = 0; equal < 4; ) {
      await page.waitForTimeout(200)
      const now = await picture(page)
      equal = now === last ? equal + 1 : 0
      last = now
    }
    return last
  }

  it('a joint dragged changes the video, and only what depends on it runs again', async () => {
    const { page, workflow, run: first } = await openEdited()
    await page.locator('[data-full-screen]').getByText('Warp', { exact: true }).waitFor()
    await page.getByRole('radio', { name: 'Picture' }).click()
    const unmoved = await picture(page)
    await page.getByRole('radio', { name: 'Portrait' }).click()
    await drag(page, 'joint-4', { x: -60, y: -90 })
    await page.getByRole('radio', { name: 'Picture' }).click()
    await eventually(() => picture(page)).not.toBe(unmoved)
    await eventually(() => kinds(workflow)).toEqual(['keys'])
    await page.getByRole('button', { name: 'Done' }).click()
    await stage(page).waitFor({ state: 'detached' })

    const after = await run(page, workflow)
    expect(after.ran).toEqual(['edit', 'render', 'video'])
    expect(differing(await framesOf(after.nodes), await framesOf(await nodesOf(first)))).toBeGreaterThan(1000)
    // What was there before comes back without computing anything.
    await page.keyboard.press('Control+z')
    await page.getByText('Everything is up to date').waitFor()
    await page.context().close()
  })

  it('goes back and forth over drags, keys and amplitudes', async () => {
    const { page, workflow } = await openEdited()
    await drag(page, 'joint-7', { x: 40, y: -60 })
    await eventually(() => kinds(workflow)).toEqual(['keys'])
    await page.keyboard.press('.')
    await page.keyboard.press('.')
    await page.keyboard.press('k')
    await page.keyboard.press('e') // the elbow swivels, the wrist stays
    const amplitude = page.getByRole('spinbutton', { name: 'Amplitude of Head' })
    await amplitude.focus()
    await amplitude.press('PageDown')
    await eventually(() => kinds(workflow)).toEqual(['amplitude', 'keys'])
    const all = await layersOf(workflow)
    const [, keys] = all
    const tracks = 'tracks' in keys ? keys.tracks : []
    expect(tracks.map(({ keys }) => keys.map(({ frame }) => frame))).toEqual([[0, 2], [2]])

    await stage(page).click({ position: { x: 5, y: 5 } })
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z')
    await eventually(() => kinds(workflow)).toEqual([])
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+Shift+z')
    await eventually(() => layersOf(workflow)).toEqual(all)
    await page.context().close()
  })

  it('Esc lets go of a drag, then of the selection, then closes; what was done stays', async () => {
    const { page, workflow } = await openEdited()
    const layers = page.getByRole('list', { name: 'Layers' }).getByRole('listitem')
    await drag(page, 'joint-4', { x: -30, y: -40 })
    await eventually(() => kinds(workflow)).toEqual(['keys'])
    const kept = await layersOf(workflow)
    await take(page, 'joint-7', { x: 60, y: -40 })
    await page.keyboard.press('Escape')
    await page.mouse.up()
    expect(await stage(page).count()).toBe(1)
    expect(await layers.count()).toBe(2) // the layer and the input
    await page.keyboard.press('Escape')
    await page.getByText('No region', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await stage(page).waitFor({ state: 'detached' })
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.reload()
    expect(await layersOf(workflow)).toEqual(kept)
    await page.context().close()
  })

  it('hands and head are moved, turned and sized on the stage', async () => {
    const { page, workflow } = await openEdited()
    await selectRegion(page, 'Head')
    await drag(page, 'move-head', { x: 20, y: 10 })
    await drag(page, 'turn-head', { x: 20, y: 20 })
    await selectRegion(page, 'Left hand')
    await drag(page, 'scale-leftHand', { x: -12, y: 0 })
    /** First keys by region. */
    const keys = async () => {
      const [layer] = await layersOf(workflow)
      const tracks = 'tracks' in layer ? layer.tracks : []
      return Object.fromEntries(
        tracks.flatMap((track) => (track.part === 'region' ? [[track.region, track.keys[0]]] : [])),
      )
    }
    await eventually(async () => Object.keys(await keys()).sort()).toEqual(['head', 'leftHand'])
    const { head, leftHand } = await keys()
    expect(head.dx).toBeGreaterThan(0)
    expect(head.degrees).toBeGreaterThan(0)
    expect(leftHand.scale).toBeGreaterThan(1)
    await page.context().close()
  })

  it('fingers are curled with the pointer and by preset, seen at once, and each is one step back', async () => {
    const { page, workflow } = await openEdited()
    await page.getByRole('radio', { name: 'Skeleton' }).click() // the warped portrait comes when it comes
    await selectRegion(page, 'Left hand')
    const straight = await settled(page)
    const curls = async () => {
      const [layer] = await layersOf(workflow)
      const track =
        layer && 'tracks' in layer ? layer.tracks.find(({ part }) => part === 'fingers') : undefined
      return track?.part === 'fingers' ? { hand: track.hand, ...track.keys[0] } : undefined
    }
    const thumb = page.getByRole('slider', { name: 'Index', exact: true })
    const from = (await thumb.boundingBox())!
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(from.x + 60, from.y + from.height / 2, { steps: 6 })
    await page.mouse.up()
    await eventually(async () => (await curls())?.index).toBeGreaterThan(0.3)
    expect(await curls()).toMatchObject({ hand: 'left', frame: 0, thumb: 0, middle: 0, spread: 1 })
    await eventually(() => picture(page)).not.toBe(straight)
    const pointed = await settled(page)

    await page.getByRole('radiogroup', { name: 'Shape of the hand' }).getByText('Fist').click()
    await eventually(curls).toMatchObject({ thumb: 1, index: 1, middle: 1, ring: 1, little: 1 })
    await eventually(() => picture(page)).not.toBe(pointed)

    await page.keyboard.press('Control+z')
    await eventually(() => picture(page)).toBe(pointed)
    await page.keyboard.press('Control+z') // the whole drag, however many moves it had
    await eventually(() => kinds(workflow)).toEqual([])
    await eventually(() => picture(page)).toBe(straight)
    await page.context().close()
  })

  it('mirrors the edits of an arm to the other side', async () => {
    const { page, workflow } = await openEdited()
    await drag(page, 'joint-4', { x: -40, y: -50 })
    const tracks = async () => {
      const [layer] = await layersOf(workflow)
      return layer && 'tracks' in layer ? layer.tracks : []
    }
    await eventually(async () => (await tracks()).length).toBe(1)
    await page.getByRole('radio', { name: 'Skeleton' }).click()
    const alone = await settled(page)
    await page.getByRole('button', { name: 'Mirror the edits to the other side' }).last().click()
    await eventually(async () => (await tracks()).length).toBe(2)
    const shifts = (await tracks()).map((track) =>
      track.part === 'joint' ? [track.joint, track.keys[0].dx, track.keys[0].dy] : [],
    )
    const [[, dx, dy]] = shifts
    expect(shifts).toEqual([
      [4, dx, dy],
      [7, -Number(dx), dy],
    ])
    await eventually(() => picture(page)).not.toBe(alone)
    await page.keyboard.press('Control+z')
    await eventually(async () => (await tracks()).length).toBe(1)
    await eventually(() => picture(page)).toBe(alone)
    await page.context().close()
  })

  it('keys are moved, copied and deleted on the timeline, by pointer and by keyboard', async () => {
    const { page, workflow } = await openEdited()
    await drag(page, 'joint-4', { x: -40, y: -50 })
    const frames = async () => {
      const [layer] = await layersOf(workflow)
      return layer && 'tracks' in layer ? layer.tracks[0].keys.map(({ frame }) => frame) : []
    }
    await eventually(frames).toEqual([0])
    const position = page.getByRole('slider', { name: 'Play position' })
    await position.press('End')
    await page.keyboard.press('k')
    await eventually(frames).toEqual([0, FRAMES - 1])
    const key = (frame: number) => page.getByRole('button', { name: `Right arm, keyframe at ${frame}` })
    const dragKey = async (from: number, to: number) => {
      const box = (await key(from).boundingBox())!
      const track = (await page.locator('[data-dock-time]').boundingBox())!
      const y = box.y + box.height / 2
      await page.mouse.move(box.x + box.width / 2, y)
      await page.mouse.down()
      await page.mouse.move(track.x + (track.width * (to + 0.5)) / FRAMES, y, { steps: 8 })
      await page.mouse.up()
    }
    await position.press('Home')
    await page.getByRole('radio', { name: 'Skeleton' }).click()
    const before = await settled(page)
    await dragKey(FRAMES - 1, 6)
    await eventually(frames).toEqual([0, 6])
    await page.keyboard.down('Alt')
    await dragKey(0, 3)
    await page.keyboard.up('Alt')
    await eventually(frames).toEqual([0, 3, 6])

    await key(6).focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight') // the last frame is the end
    await eventually(frames).toEqual([0, 3, 9])
    await key(0).focus()
    await page.keyboard.press('Delete')
    await eventually(frames).toEqual([3, 9])
    await page.keyboard.press('Control+z')
    await eventually(frames).toEqual([0, 3, 9])
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z') // three steps to the right
    await eventually(frames).toEqual([0, 3, 6])
    for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z')
    await eventually(frames).toEqual([0, FRAMES - 1])
    await position.press('Home')
    await eventually(() => picture(page)).toBe(before)
    await page.context().close()
  })

  it('a layer in the list takes its own keys: F2 names it, Delete removes it and nothing else', async () => {
    const { page, workflow } = await openEdited()
    await drag(page, 'joint-4', { x: -40, y: -50 })
    await eventually(() => kinds(workflow)).toEqual(['keys'])
    const layer = page.getByRole('list', { name: 'Layers' }).getByRole('button', { pressed: true }).first()
    await layer.focus()
    await page.keyboard.press('F2')
    await page.keyboard.type('Wave')
    await page.keyboard.press('Enter')
    await eventually(async () => (await layersOf(workflow)).map(({ name }) => name)).toEqual(['Wave'])
    await layer.focus()
    await page.keyboard.press('Delete')
    await eventually(() => kinds(workflow)).toEqual([])
    await page.keyboard.press('Control+z')
    await eventually(async () => (await layersOf(workflow)).map(({ name }) => name)).toEqual(['Wave'])
    expect(Object.keys((await stored(workflow)).nodes)).toContain('edit')
    await page.context().close()
  })

  it('is used by keyboard alone', async () => {
    const workflow = await create(edited(files))
    await studio.runToEnd(workflow)
    const page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node-card[data-id="edit"]').focus()
    await page.keyboard.press('Enter')
    await stage(page).waitFor()
    await page
      .getByRole('list', { name: 'Regions' })
      .getByRole('button', { name: 'Right arm', exact: true })
      .focus()
    await page.keyboard.press('Enter')
    const wrist = page.getByRole('spinbutton', { name: 'Right arm: wrist Y' })
    await wrist.focus()
    await wrist.press('PageDown')
    await eventually(() => kinds(workflow)).toEqual(['keys'])
    await page.getByRole('button', { name: 'Done' }).focus()
    await page.keyboard.press('Enter')
    await stage(page).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('own photo with fitted skeleton becomes a video', async () => {
    const workflow = await create(ownPhoto(files))
    const page = await studio.page(`/workflows/${workflow}`)
    const fitStage = page.locator('[data-fit-stage]')
    const fitOf = async () => (await stored(workflow)).nodes.firstPose.params.fit
    await page.locator('[data-id="portrait"] header').click()
    await page
      .locator('input[type=file][accept*="png"]')
      .first()
      .setInputFiles({
        name: 'me.png',
        mimeType: 'image/png',
        buffer: await sharp(photo).modulate({ brightness: 1.1 }).png().toBuffer(),
      })
    await eventually(async () => (await stored(workflow)).nodes.portrait.params.asset).toBeTruthy()
    await page.locator('[data-id="firstPose"] header').click()
    await page.getByRole('button', { name: 'Fit to the portrait' }).click()
    await fitStage.waitFor()
    expect(await fitOf()).toBeUndefined()

    // The head of the drawn person, whatever the start says: brows to chin, by its box.
    await drag(page, 'head-bottom', { x: 0, y: 14 })
    await eventually(fitOf).toBeTruthy()
    const first = await fitOf()
    await page.keyboard.press('Escape') // nothing is asked, nothing is lost
    await fitStage.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Edit the fit' }).click()
    await fitStage.waitFor()
    expect(await fitOf()).toEqual(first)

    await page.getByRole('button', { name: 'Next' }).click()
    await drag(page, 'right-shoulder', { x: -8, y: 6 })
    await page.getByRole('button', { name: 'Next' }).click()
    await drag(page, 'left-wrist', { x: 10, y: -6 })
    await page.getByRole('button', { name: 'Next' }).click()
    await drag(page, 'right-hand', { x: 6, y: 8 })
    await eventually(async () => JSON.stringify(await fitOf())).not.toBe(JSON.stringify(first))
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z')
    await eventually(fitOf).toEqual(first)
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+Shift+z')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText(/^Warp · set up in/).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Done' }).click()
    await fitStage.waitFor({ state: 'detached' })

    const { ran } = await run(page, workflow)
    // The files had their values before anything was run.
    expect(ran).toEqual(['gestures', 'render', 'video'])
    await page.getByRole('button', { name: 'Runs', exact: true }).click()
    await page.getByRole('button', { name: /^Watch run/ }).click()
    const time = () =>
      page.evaluate(() => document.querySelector<HTMLVideoElement>('[role=dialog] video')?.currentTime)
    await eventually(time).toBe(0)
    await page.keyboard.press('Space')
    await eventually(time).toBeGreaterThan(0)
    await page.context().close()
  })

  it.each(['dark', 'light'] as const)('has nothing serious for axe, %s', async (theme) => {
    const layers = [{ id: 'calm', kind: 'amplitude', region: 'arms', factor: 0.5 }]
    const { page } = await openEdited(layers, { theme })
    await drag(page, 'joint-4', { x: -30, y: -40 })
    await page.getByText('Between keyframes').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  it('threw nothing while all of this went on', () => expect(studio.pageErrors).toEqual([]))
})
