import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { partName } from '../../nodes/core/stored-layout'
import { FRAMES_PER_CHUNK } from '../../nodes/core/values'
import type { MaskLayer } from '../../nodes/lib/mask/mask-layers'
import { swayingPose } from '../support/poses'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const SIDE = 256
const FRAMES = 12

const node = (type: string, params: Record<string, unknown> = {}) => ({ type, version: 1, params })

/** A motion, its masks, their editor, and two files: of the masks, and of the skeleton, which the editor does not touch. */
const workflowOf = (asset: string, layers: unknown = []) => ({
  schema: 1,
  id: 'x',
  name: 'Masks',
  nodes: {
    pose: node('input/pose', { asset }),
    masks: node('mask/motion'),
    edit: node('mask/editor', { layers }),
    video: node('mask/to-video'),
    maskFile: node('output/video', { name: 'masks' }),
    skeleton: node('pose/draw'),
    skeletonFile: node('output/video', { name: 'skeleton' }),
  },
  edges: [
    { from: ['pose', 'pose'], to: ['masks', 'pose'] },
    { from: ['masks', 'mask'], to: ['edit', 'mask'] },
    { from: ['edit', 'mask'], to: ['video', 'mask'] },
    { from: ['video', 'video'], to: ['maskFile', 'video'] },
    { from: ['pose', 'pose'], to: ['skeleton', 'pose'] },
    { from: ['skeleton', 'video'], to: ['skeletonFile', 'video'] },
  ],
  layout: Object.fromEntries(
    ['pose', 'masks', 'edit', 'video', 'maskFile', 'skeleton', 'skeletonFile'].map((id, i) => [
      id,
      { x: 260 * i, y: 0 },
    ]),
  ),
})

describeInBrowser('the mask editor', () => {
  let studio: StudioInBrowser
  let asset: string
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const { fps, width, height, frames, data } = swayingPose(FRAMES, { width: SIDE, height: SIDE })
    const file = {
      format: 'mmgt-pose/1',
      fps,
      width,
      height,
      frames: Array.from({ length: frames }, (_, f) =>
        Array.from({ length: 134 }, (_, k) => [...data.subarray((f * 134 + k) * 3, (f * 134 + k) * 3 + 3)]),
      ),
    }
    asset = await studio.upload('sway.pose.json', Buffer.from(JSON.stringify(file)))
  })
  afterAll(() => studio?.close())

  /** A workflow that has run once, open in a page. */
  async function open(layers?: unknown): Promise<{ page: Page; workflow: string }> {
    const document = workflowOf(asset, layers)
    const { workflow } = await studio.api.workflow.create.mutate({ document })
    await studio.runToEnd(workflow)
    const page = await studio.page(`/workflows/${workflow}`)
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(7)
    await page.getByText('Everything is up to date').waitFor()
    return { page, workflow }
  }
  const picture = (page: Page) => page.getByRole('application', { name: 'Picture with masks' })
  async function openEditor(page: Page): Promise<void> {
    await page.locator('[data-id="edit"] header').click()
    await page.keyboard.press('Enter')
    await picture(page).waitFor()
    await region(page, 'Hands').getByText('% of the frame').waitFor()
  }
  const region = (page: Page, name: string) =>
    page
      .getByRole('region', { name: 'Regions' })
      .getByRole('button', { name, exact: false, pressed: undefined })
      .filter({ hasText: name })
      .first()
  /** Share of the picture, in percent, as the list of regions says it. */
  const share = async (page: Page, name: string) =>
    Number.parseFloat((await region(page, name).textContent())!.replace(name, ''))
  /** Where a place of the picture (0…1) is on the page. */
  async function at(page: Page, x: number, y: number) {
    const box = (await picture(page).locator('canvas').first().boundingBox())!
    return { x: box.x + x * box.width, y: box.y + y * box.height }
  }
  async function drag(page: Page, ...places: [number, number][]) {
    for (const [i, [x, y]] of places.entries()) {
      const place = await at(page, x, y)
      await page.mouse.move(place.x, place.y, { steps: i === 0 ? 1 : 6 })
      if (i === 0) await page.mouse.down()
    }
    await page.mouse.up()
  }
  const layersOf = async (workflow: string) => {
    const { document } = await studio.api.workflow.get.query({ workflow })
    return ((document as WorkflowDocument).nodes.edit.params.layers ?? []) as MaskLayer[]
  }
  const kinds = async (workflow: string) => (await layersOf(workflow)).map(({ kind }) => kind)
  /** Runs from the page as a person does, and waits for the end. @returns nodes that were computed, and the masks */
  async function run(page: Page, workflow: string) {
    const count = async () => (await studio.api.run.list.query({ workflow })).runs
    const before = (await count()).length
    await page.keyboard.press('Control+Enter')
    await eventually(async () => (await count()).length).toBe(before + 1)
    const id = (await count())[0].id
    const read = async () => (await studio.api.run.get.query({ run: id })).snapshot
    await expect.poll(async () => (await read()).summary.state, { interval: 100 }).toBe('finished')
    const { nodes } = await read()
    const ran = Object.values(nodes).filter(({ state }) => state === 'done')
    return { ran: ran.map((one) => one.node).sort(), masks: nodes.edit.outputs.mask }
  }
  /** `[height, width]` of one region in one frame of a stored mask. */
  async function planeOf(masks: Awaited<ReturnType<typeof run>>['masks'], name: string, frame: number) {
    if (!('blobs' in masks)) throw new Error('masks are stored')
    const index = (masks.meta.regions as string[]).indexOf(name)
    const { sha256 } = masks.blobs[partName.maskChunk(index, Math.floor(frame / FRAMES_PER_CHUNK))]
    const answer = await fetch(`${studio.url}/api/artifacts/${sha256}?br=1`)
    const planes = new Uint8Array(await answer.arrayBuffer())
    const from = (frame % FRAMES_PER_CHUNK) * SIDE * SIDE
    return planes.subarray(from, from + SIDE * SIDE)
  }

  it('a stroke runs exactly the nodes that depend on it and changes the mask', async () => {
    const { page, workflow } = await open()
    await openEditor(page)
    await region(page, 'Hands').click()
    const before = await share(page, 'Hands')
    await drag(page, [0.1, 0.1], [0.3, 0.1])
    await eventually(() => share(page, 'Hands')).toBeGreaterThan(before)
    await page.getByText('Mask to video and Video file').waitFor()
    await eventually(() => kinds(workflow)).toEqual(['stroke'])
    await page.keyboard.press('Escape') // lets go of the stroke
    await page.keyboard.press('Escape')
    await picture(page).waitFor({ state: 'detached' })

    const { ran, masks } = await run(page, workflow)
    expect(ran).toEqual(['edit', 'maskFile', 'video'])
    const middle = Math.round(0.1 * SIDE) * SIDE + Math.round(0.2 * SIDE)
    for (const frame of [0, FRAMES - 1]) expect((await planeOf(masks, 'hands', frame))[middle]).toBe(255)
    expect((await planeOf(masks, 'face', 0))[middle]).toBe(0)
    await page.context().close()
  })

  it('a changed param in the inspector runs exactly the nodes that depend on it', async () => {
    const { page, workflow } = await open()
    await page.locator('[data-id="masks"] header').click()
    const padding = page.getByRole('spinbutton', { name: 'Padding' })
    await padding.fill('6')
    await padding.press('Enter')
    await page.getByText(/^Will run 4 of 7/).waitFor()
    await page.locator('[data-id="masks"] header').click()
    expect((await run(page, workflow)).ran).toEqual(['edit', 'maskFile', 'masks', 'video'])
    // What was there before comes back without computing anything.
    await page.keyboard.press('Control+z')
    await page.getByText('Everything is up to date').waitFor()
    await page.context().close()
  })

  it('draws shapes, erases, and goes back and forth over all of it', async () => {
    const { page, workflow } = await open()
    await openEditor(page)
    await region(page, 'Face').click()
    const empty = await share(page, 'Face')
    await page.keyboard.press('r')
    await drag(page, [0.05, 0.05], [0.25, 0.2])
    await page.keyboard.press('o')
    await drag(page, [0.3, 0.05], [0.4, 0.15])
    await page.keyboard.press('p')
    for (const [x, y] of [
      [0.7, 0.05],
      [0.9, 0.05],
      [0.8, 0.2],
      [0.7, 0.05],
    ]) {
      // prettier-ignore
      const place = await at(page, x, y)
      await page.mouse.click(place.x, place.y)
    }
    await eventually(() => kinds(workflow)).toEqual(['rectangle', 'ellipse', 'polygon'])
    // Rectangle 3 %, ellipse 0.8 %, polygon 1.5 %: the pictures are painted after the document knows of them.
    await eventually(() => share(page, 'Face')).toBeGreaterThan(empty + 4.5)
    const filled = await share(page, 'Face')
    await page.keyboard.press('e')
    await drag(page, [0.1, 0.1], [0.2, 0.1])
    await eventually(() => share(page, 'Face')).toBeLessThan(filled)
    await eventually(async () =>
      (await layersOf(workflow)).map((layer) => 'op' in layer && layer.op),
    ).toEqual(['add', 'add', 'add', 'erase'])
    const all = await layersOf(workflow)

    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z')
    await eventually(() => kinds(workflow)).toEqual([])
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+Shift+z')
    await eventually(() => layersOf(workflow)).toEqual(all)
    await page.context().close()
  })

  it('shrinks and feathers a region over some frames only', async () => {
    const { page, workflow } = await open()
    await openEditor(page)
    await region(page, 'Upper body').click()
    const before = await share(page, 'Upper body')
    await page.getByRole('radio', { name: 'From – to' }).click()
    for (const [name, value] of [
      ['First frame', '0'],
      ['Last frame', '4'],
    ]) {
      // prettier-ignore
      const field = page.getByRole('spinbutton', { name })
      await field.fill(value)
      await field.press('Enter')
    }
    for (const [name, value] of [
      ['Grow', '-8'],
      ['Feather', '5'],
    ]) {
      // prettier-ignore
      const field = page.getByRole('spinbutton', { name, exact: true })
      await field.fill(value)
      await field.press('Enter')
    }
    await eventually(async () =>
      (await layersOf(workflow)).map((layer) => [layer.kind, layer.region, layer.from, layer.to]),
    ).toEqual([
      ['grow', 'upperBody', 0, 4],
      ['feather', 'upperBody', 0, 4],
    ])
    await eventually(() => share(page, 'Upper body')).toBeLessThan(before - 2)
    // Frame 5 is as it was.
    await page.getByRole('slider', { name: 'Play position' }).focus()
    for (let i = 0; i < 5; i++) await page.keyboard.press('.')
    await eventually(() => share(page, 'Upper body')).toBeGreaterThan(before - 2)

    await page.getByRole('button', { name: 'Done' }).click()
    const { masks } = await run(page, workflow)
    const soft = (plane: Uint8Array) => plane.some((value) => value > 0 && value < 255)
    expect(soft(await planeOf(masks, 'upperBody', 4))).toBe(true)
    expect(soft(await planeOf(masks, 'upperBody', 5))).toBe(false)
    await page.context().close()
  })

  it('Esc loses nothing: it keeps a polygon, drops a stroke that is still drawn, and what was done stays', async () => {
    const { page, workflow } = await open()
    await openEditor(page)
    await page.keyboard.press('p')
    for (const [x, y] of [
      [0.1, 0.1],
      [0.3, 0.1],
      [0.2, 0.3],
      [0.2, 0.2],
    ]) {
      // prettier-ignore
      const place = await at(page, x, y)
      await page.mouse.click(place.x, place.y)
    }
    await page.keyboard.press('Backspace') // the last corner
    await page.keyboard.press('Escape')
    await eventually(() => kinds(workflow)).toEqual(['polygon'])
    const [polygon] = await layersOf(workflow)
    expect('points' in polygon && polygon.points.length).toBe(3)

    await page.keyboard.press('b')
    const start = await at(page, 0.6, 0.6)
    await page.mouse.move(start.x, start.y)
    await page.mouse.down()
    await page.mouse.move(start.x + 40, start.y, { steps: 4 })
    await eventually(() => page.getByRole('region', { name: 'Edits' }).getByRole('listitem').count()).toBe(2)
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await eventually(() => page.getByRole('region', { name: 'Edits' }).getByRole('listitem').count()).toBe(1)
    expect(await picture(page).count()).toBe(1)

    await page.keyboard.press('Escape') // the polygon is let go
    await page.keyboard.press('Escape')
    await picture(page).waitFor({ state: 'detached' })
    await page.reload()
    await openEditor(page)
    expect(await page.getByRole('region', { name: 'Edits' }).getByRole('listitem').count()).toBe(1)
    expect(await kinds(workflow)).toEqual(['polygon'])
    await page.context().close()
  })

  it('is opened, drawn in and left by keyboard alone', async () => {
    const { page, workflow } = await open()
    const title = page.getByRole('button', { name: 'Graph' })
    await page.locator('.react-flow__node-card[data-id="edit"]').focus()
    await page.keyboard.press('Enter')
    await picture(page).waitFor()
    await page.keyboard.press('r')
    for (let i = 0; i < 40; i++) {
      if (await picture(page).evaluate((element) => element === document.activeElement)) break
      await page.keyboard.press('Tab')
    }
    await page.getByText('move the point').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Enter')
    await eventually(() => kinds(workflow)).toEqual(['rectangle'])
    const [drawn] = await layersOf(workflow)
    await page.keyboard.press('v')
    await page.keyboard.press('ArrowRight')
    await eventually(async () => {
      const [moved] = await layersOf(workflow)
      return 'x' in moved && 'x' in drawn && moved.x > drawn.x
    }).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await title.waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('hears the keys of the transport as they were chosen', async () => {
    const { page } = await open()
    await page.evaluate(() => localStorage.setItem('mmgt.keys', '{"frame-on":["Alt+W"],"play":[]}'))
    await page.reload()
    const frame = async () =>
      Number(await page.getByRole('slider', { name: 'Play position' }).getAttribute('aria-valuenow'))
    await page.getByText('Everything is up to date').waitFor()
    await eventually(frame).toBe(0)
    await page.keyboard.press('Alt+w')
    await eventually(frame).toBe(1)
    await openEditor(page)
    await page.keyboard.press('Alt+w')
    await eventually(frame).toBe(2)
    await page.keyboard.press('.')
    await page.keyboard.press(',')
    await eventually(frame).toBe(1)
    await page.context().close()
  })

  it('says that layers cannot be read, and leaves them as they are', async () => {
    const layers = [{ id: 'later', kind: 'of a newer version' }]
    const document = workflowOf(asset, layers)
    const { workflow } = await studio.api.workflow.create.mutate({ document })
    const page = await studio.page(`/workflows/${workflow}`)
    await page.locator('[data-id="edit"] header').click()
    await page.keyboard.press('Enter')
    await page.getByText('The edits of Mask editor cannot be read').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('The edits of Mask editor cannot be read').waitFor({ state: 'detached' })
    expect(await layersOf(workflow)).toEqual(layers)
    await page.context().close()
  })

  it('offers to run what it needs, and opens when that is there', async () => {
    const document = workflowOf(asset)
    document.nodes.masks.params.padding = 3
    const { workflow } = await studio.api.workflow.create.mutate({ document })
    const page = await studio.page(`/workflows/${workflow}`)
    await page.locator('[data-id="edit"] header').click()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Run up to Motion masks' }).click()
    await picture(page).waitFor()
    await page.context().close()
  })

  it('masks that cannot be read are said to be, and are read when it is tried again', async () => {
    const { page } = await open()
    await page.route('**/api/artifacts/**', (route) => route.abort())
    await page.reload()
    await page.locator('[data-id="edit"] header').click()
    await page.keyboard.press('Enter')
    await picture(page).waitFor()
    const alert = page.getByRole('alert').filter({ hasText: 'The studio does not answer' })
    await alert.waitFor()
    await region(page, 'Hands').getByText('Not read').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.unroute('**/api/artifacts/**')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await region(page, 'Hands').getByText('% of the frame').waitFor()
    await alert.waitFor({ state: 'detached' })
    await page.context().close()
  })

  it.each(['dark', 'light'] as const)('has nothing serious for axe, %s', async (theme) => {
    const layers = [
      {
        id: 'box',
        kind: 'rectangle',
        region: 'hands',
        op: 'add',
        from: null,
        to: null,
        enabled: true,
        keys: [],
        x: 10,
        y: 10,
        w: 40,
        h: 40,
        rotation: 0,
      },
    ] // prettier-ignore
    const { workflow } = await studio.api.workflow.create.mutate({ document: workflowOf(asset, layers) })
    await studio.runToEnd(workflow)
    const page = await studio.page(`/workflows/${workflow}`, { theme })
    await openEditor(page)
    await page
      .getByRole('button', { name: /^Rectangle/ })
      .last()
      .click()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  it('threw nothing while all of this went on', () => expect(studio.pageErrors).toEqual([]))
})
