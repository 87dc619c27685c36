import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const node = (type: string, params: Record<string, unknown> = {}) => ({ type, version: 1, params })

/** Two poses, masks of one of them, and a blend that lacks its second input. */
const DOCUMENT = {
  schema: 1,
  id: 'x',
  name: 'Test',
  nodes: {
    pose: node('input/pose'),
    smooth: node('pose/smooth'),
    masks: node('mask/motion'),
    both: node('mask/combine'),
  },
  edges: [
    { from: ['pose', 'pose'], to: ['smooth', 'pose'] },
    { from: ['smooth', 'pose'], to: ['masks', 'pose'] },
    { from: ['masks', 'mask'], to: ['both', 'a'] },
  ],
  layout: {
    pose: { x: 0, y: 0 },
    smooth: { x: 300, y: 0 },
    masks: { x: 600, y: 0 },
    both: { x: 900, y: 0 },
  },
}

describeInBrowser('the editor', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(async () => {
    await studio?.close()
  })

  const create = async (document: unknown = DOCUMENT) =>
    (await studio.api.workflow.create.mutate({ document })).workflow

  async function open(workflow: string, cards: number): Promise<Page> {
    const page = await studio.page(`/workflows/${workflow}`)
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(cards)
    await settled(page)
    return page
  }
  /** Every edit is on the studio's disk. */
  const settled = (page: Page) => page.getByText('Saved', { exact: true }).waitFor()
  /** The workflow as the studio has it. */
  const stored = async (workflow: string) =>
    (await studio.api.workflow.get.query({ workflow })).document as WorkflowDocument
  const handle = (page: Page, id: string, socket: string, side: 'source' | 'target') =>
    page.locator(`.react-flow__handle.${side}[data-nodeid="${id}"][data-handleid="${socket}"]`)

  async function dragBetween(page: Page, from: ReturnType<typeof handle>, to: { x: number; y: number }) {
    const box = (await from.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + 40, box.y + 30, { steps: 4 })
    await page.mouse.move(to.x, to.y, { steps: 8 })
  }
  const middle = async (of: ReturnType<typeof handle>) => {
    const box = (await of.boundingBox())!
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }

  it('builds a workflow by keyboard alone', async () => {
    const workflow = await create({ ...DOCUMENT, nodes: {}, edges: [], layout: {} })
    const page = await open(workflow, 0)
    await page.getByText('Drop a portrait and a recording here').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('smooth')
    await page.keyboard.press('Enter')
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(1)
    await page.keyboard.press('/')
    await page.keyboard.type('motion masks')
    await page.keyboard.press('Enter')
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(2)
    await page.keyboard.press('c')
    await page.keyboard.type('smooth')
    await page.keyboard.press('Enter')
    await eventually(async () => (await stored(workflow)).edges.length).toBe(1)
    const [edge] = (await stored(workflow)).edges
    expect([edge.from[1], edge.to[1]]).toEqual(['pose', 'pose'])
  })

  it('undoes and redoes edits of every kind, and a reload keeps what there is', async () => {
    const workflow = await create()
    const page = await open(workflow, 4)
    const before = await stored(workflow)
    await page.locator('[data-id="smooth"] header').click()
    await page.keyboard.press('b') // bypass
    await page.keyboard.press('Control+d') // duplicate
    await page.keyboard.press('Control+g') // group
    await page.locator('[data-id="masks"] header').click()
    const padding = page.getByRole('spinbutton', { name: 'Padding' })
    await padding.focus()
    await padding.press('PageUp')
    await page.locator('[data-id="both"] header').click()
    await page.keyboard.press('Delete')
    await settled(page)
    await eventually(async () => Object.keys((await stored(workflow)).nodes).length).toBe(4)
    const after = await stored(workflow)
    expect(after.nodes.smooth.mode).toBe('bypass')
    expect(after.nodes.masks.params.padding).toBe(10)
    expect(after.groups).toHaveLength(1)

    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+z')
    await settled(page)
    await eventually(() => stored(workflow)).toEqual(before)
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+Shift+z')
    await settled(page)
    await eventually(() => stored(workflow)).toEqual(after)

    await page.reload()
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(4)
  })

  it('cards follow the pointer, land in one step, come back with Escape, and take the edge they fall on', async () => {
    const loose = { nodes: { ...DOCUMENT.nodes, loose: node('pose/smooth') }, edges: DOCUMENT.edges }
    const workflow = await create({
      ...DOCUMENT,
      ...loose,
      layout: { ...DOCUMENT.layout, loose: { x: 0, y: 420 } },
    })
    const page = await open(workflow, 5)
    const header = (id: string) => page.locator(`[data-id="${id}"] header`)
    const place = async (id: string) => (await stored(workflow)).layout[id]
    const grab = async (id: string) => {
      const { x, y, width, height } = (await header(id).boundingBox())!
      const at = { x: x + width / 3, y: y + height / 2 }
      await page.mouse.move(at.x, at.y)
      await page.mouse.down()
      return at
    }

    const from = await grab('both')
    await page.mouse.move(from.x + 60, from.y + 90, { steps: 6 })
    const moved = (await header('both').boundingBox())!
    expect(moved.y - from.y).toBeGreaterThan(60) // drawn under the pointer before it is dropped
    expect((await place('both')).y).toBe(0)
    await page.mouse.up()
    await eventually(async () => (await place('both')).y).toBeGreaterThan(60)
    const landed = (await header('both').boundingBox())!
    // It snaps to the grid of 4 px when it lands.
    expect(Math.abs(landed.x - moved.x) + Math.abs(landed.y - moved.y)).toBeLessThan(5)
    await page.keyboard.press('Control+z')
    await eventually(() => place('both')).toMatchObject({ x: 900, y: 0 })

    const again = await grab('both')
    await page.mouse.move(again.x, again.y + 120, { steps: 6 })
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await settled(page)
    expect(await place('both')).toMatchObject({ x: 900, y: 0 })
    expect(Math.abs((await header('both').boundingBox())!.y - (again.y - 12))).toBeLessThan(20)

    const [out, into] = [
      await middle(handle(page, 'smooth', 'pose', 'source')),
      await middle(handle(page, 'masks', 'pose', 'target')),
    ]
    await grab('loose')
    await page.mouse.move((out.x + into.x) / 2, (out.y + into.y) / 2, { steps: 8 })
    await page.mouse.up()
    await eventually(async () =>
      (await stored(workflow)).edges.some((edge) => edge.to[0] === 'loose' && edge.from[0] === 'smooth'),
    ).toBe(true)
    await page.context().close()
  })

  it('a node that is gone to lies beside the inspector, where that covers a part of the canvas', async () => {
    const page = await open(await create(), 4)
    await page.setViewportSize({ width: 1024, height: 768 })
    await page.keyboard.press('Control+k')
    await page.keyboard.type('combine masks')
    await page.keyboard.press('Enter')
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    await inspector.waitFor()
    const card = page.locator('.react-flow__node[data-id="both"]')
    const gap = async () => {
      const [a, b] = [await card.boundingBox(), await inspector.boundingBox()]
      return b!.x - (a!.x + a!.width)
    }
    await eventually(gap).toBeGreaterThanOrEqual(0)
  })

  it('a seed is thrown, unlocked and locked, and recording is found in the command palette', async () => {
    const gestures = { ...DOCUMENT, nodes: { gestures: node('pose/procedural') }, edges: [], layout: {} }
    const workflow = await create(gestures)
    const page = await open(workflow, 1)
    await page.locator('[data-id="gestures"] header').click()
    const now = async () => (await stored(workflow)).nodes.gestures
    await page.getByRole('button', { name: 'Another seed' }).click()
    await eventually(async () => typeof (await now()).params.seed).toBe('number')
    await page.getByRole('button', { name: 'Take a new seed with every run' }).click()
    await page.getByText('Every run takes a new seed.').waitFor()
    await eventually(async () => (await now()).freeSeed).toBe(true)
    await page.getByRole('button', { name: 'Keep this seed' }).click()
    await eventually(async () => 'freeSeed' in (await now())).toBe(false)

    await page.keyboard.press('Control+k')
    await page.keyboard.type('microphone')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Record speech' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('two tabs see each other’s edits', async () => {
    const workflow = await create()
    const [one, two] = [await open(workflow, 4), await open(workflow, 4)]
    await one.locator('[data-id="smooth"] header').click()
    await one.keyboard.press('m')
    await two.locator('[data-id="smooth"] .muted').waitFor()
    await two.locator('[data-id="masks"] header').click()
    await two.keyboard.press('Delete')
    await eventually(() => one.locator('.react-flow__node-card').count()).toBe(3)
  })

  it('says why an edge does not fit, and inserts the node that makes it fit', async () => {
    const workflow = await create()
    const page = await open(workflow, 4)
    await dragBetween(
      page,
      handle(page, 'smooth', 'pose', 'source'),
      await middle(handle(page, 'both', 'b', 'target')),
    )
    await page.getByText('B takes masks, not a pose.').waitFor()
    await page.mouse.up()
    await page.getByRole('button', { name: 'Insert Motion masks' }).click()
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(5)
    await settled(page)
    const { edges } = await stored(workflow)
    const made = edges.find(({ to }) => to[0] === 'both' && to[1] === 'b')!.from[0]
    expect(edges).toContainEqual({ from: ['smooth', 'pose'], to: [made, 'pose'] })
  })

  it('an edge dragged into space asks what shall take it; one taken off its input is gone', async () => {
    const workflow = await create()
    const page = await open(workflow, 4)
    const card = (await page.locator('[data-id="both"]').boundingBox())!
    const space = { x: card.x, y: card.y + card.height + 40 }
    await dragBetween(page, handle(page, 'masks', 'mask', 'source'), space)
    await page.mouse.up()
    const palette = page.getByRole('dialog', { name: 'Add a node' })
    await palette.waitFor()
    expect(await palette.getByText('Mask editor').count()).toBe(1)
    expect(await palette.getByText('Smooth pose').count()).toBe(0)
    await page.keyboard.type('mask to video')
    await page.keyboard.press('Enter')
    await settled(page)
    await eventually(async () => (await stored(workflow)).edges.length).toBe(4)
    await dragBetween(page, handle(page, 'both', 'a', 'target'), space)
    await page.mouse.up()
    await eventually(async () => (await stored(workflow)).edges.some(({ to }) => to[0] === 'both')).toBe(
      false,
    )
    await page.keyboard.press('Control+z')
    await eventually(async () => (await stored(workflow)).edges.some(({ to }) => to[0] === 'both')).toBe(true)
  })

  it('copies nodes into another workflow as text', async () => {
    const [from, to] = [await create(), await create({ ...DOCUMENT, nodes: {}, edges: [], layout: {} })]
    const page = await open(from, 4)
    await page.locator('[data-id="smooth"] header').click()
    await page.keyboard.press('Control+a')
    const text = await page.evaluate(() => {
      const data = new DataTransfer()
      document.dispatchEvent(
        new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }),
      )
      return data.getData('text/plain')
    })
    const other = await open(to, 0)
    const paste = (pasted: string) =>
      other.evaluate((given) => {
        const data = new DataTransfer()
        data.setData('text/plain', given)
        document.body.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        )
      }, pasted)
    await paste(text)
    await eventually(() => other.locator('.react-flow__node-card').count()).toBe(4)
    await paste('{"schema":1,"nodes":{"__proto__":{"type":"a/b","version":1}},"id":"x","edges":[]}')
    await other.getByText('cannot be the id of a node').first().waitFor()
    expect(await other.locator('.react-flow__node-card').count()).toBe(4)
  })

  it('a result that is dropped on the canvas opens the workflow that made it', async () => {
    await studio.api.workflow.create.mutate({ template: 'hello' }) // brings the shipped files
    const { assets } = await studio.api.asset.list.query()
    const asset = assets.find(({ kind }) => kind === 'pose')!.id
    const workflow = await create({
      ...DOCUMENT,
      nodes: { pose: node('input/pose', { asset }), drawn: node('pose/draw'), file: node('output/video') },
      edges: [
        { from: ['pose', 'pose'], to: ['drawn', 'pose'] },
        { from: ['drawn', 'video'], to: ['file', 'video'] },
      ],
      layout: {},
    })
    const page = await open(workflow, 3)
    await page.keyboard.press('Control+Enter')
    let file: { sha256: string; name: string } | undefined
    await expect
      .poll(
        async () => {
          const { runs } = await studio.api.run.list.query({ workflow })
          if (runs[0]?.state === 'failed') throw new Error(runs[0].error?.message)
          file = runs[0]?.files[0]
          return runs[0]?.state
        },
        { timeout: 100_000, interval: 250 },
      )
      .toBe('finished')
    await page.getByText('Everything is up to date').waitFor()
    const bytes = [
      ...new Uint8Array(await (await fetch(`${studio.url}/api/artifacts/${file!.sha256}`)).arrayBuffer()),
    ]
    await page.evaluate(
      ([content, name]) => {
        const data = new DataTransfer()
        data.items.add(new File([new Uint8Array(content)], name, { type: 'video/mp4' }))
        const pane = document.querySelector('.react-flow__pane')!
        const { x, y, width, height } = pane.getBoundingClientRect()
        const at = {
          clientX: x + width / 2,
          clientY: y + height - 40,
          bubbles: true,
          cancelable: true,
          dataTransfer: data,
        }
        for (const type of ['dragenter', 'dragover', 'drop']) pane.dispatchEvent(new DragEvent(type, at))
      },
      [bytes, file!.name] as const,
    )
    await page.waitForURL((url) => url.pathname.startsWith('/workflows/') && !url.pathname.endsWith(workflow))
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(3)
  })

  it('is usable by everybody: nothing serious in graph and list, dark and light', async () => {
    const workflow = await create()
    for (const theme of ['dark', 'light'] as const) {
      const page = await studio.page(`/workflows/${workflow}`, { theme })
      await eventually(() => page.locator('.react-flow__node-card').count()).toBe(4)
      await page.locator('[data-id="masks"] header').click()
      expect(await seriousFindings(page)).toEqual([])
      await page.keyboard.press('Alt+l')
      await page.getByRole('heading', { name: '4 nodes in the order of the data' }).waitFor()
      expect(await seriousFindings(page)).toEqual([])
      await page.close()
    }
  })

  it('the list twin edits the same workflow', async () => {
    const workflow = await create()
    const page = await open(workflow, 4)
    await page.getByRole('radio', { name: 'List' }).click()
    const section = page.getByRole('region', { name: 'Combine masks' })
    await section.getByRole('combobox', { name: 'B comes from' }).click()
    await page.getByRole('option', { name: 'Motion masks · Masks' }).click()
    await eventually(async () => (await stored(workflow)).edges.length).toBe(4)
  })

  it('threw nothing while all of this went on', () => {
    expect(studio.pageErrors.filter((error) => !/404|Failed to load resource/.test(error))).toEqual([])
  })
})
