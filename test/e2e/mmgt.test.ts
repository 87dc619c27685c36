import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from '../../nodes/core/document'
import { writePoseFile } from '../../nodes/lib/pose/formats'
import { swayingPose } from '../support/poses'
import { litPicture } from '../support/tiny-pack/lit-picture'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

describeInBrowser('both stages of MMGT in the studio', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.openWithTinyPack()
  })
  afterAll(() => studio?.close())

  it('the template says which weights are missing, with the way to them', async () => {
    const page = await studio.page('/')
    await page.getByRole('button', { name: /^MMGT: both stages/ }).click()
    await page.waitForURL(/\/workflows\//)
    const banner = page.getByLabel('Missing weights')
    await banner.getByText(/3 nodes of this workflow need 9 networks from mmgt-official/).waitFor()
    await banner.getByRole('button', { name: 'Get the pack' }).waitFor()
    await page.getByText('3 nodes lack weights').waitFor()
    const card = page.locator('.react-flow__node-card[data-id="render"]')
    await card.getByText('Needs mmgt-official').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await card.getByRole('button', { name: 'Get the pack' }).click()
    await page.getByRole('dialog', { name: 'Get parts of mmgt-official' }).waitFor()
    await page.context().close()
  })

  it('with a pack it shows pictures while it works and ends with a video; another scale runs only the diffusion', {
    timeout: 240_000,
  }, async () => {
    const made = await studio.api.workflow.create.mutate({ template: 'mmgt' })
    const { document } = await studio.api.workflow.get.query(made)
    const nodes = structuredClone(parseDocument(document).nodes)
    for (const id of ['features', 'gestures', 'render']) nodes[id].params.pack = 'tiny'
    Object.assign(nodes.render.params, { steps: 4, width: 64, height: 64 })
    nodes.gestures.params.steps = 5
    const small = await studio.api.workflow.create.mutate({ document: { ...document, nodes } })
    const page = await studio.page(`/workflows/${small.workflow}`)
    await page.getByText(/^Will run 6 of 9/).waitFor()
    await page.keyboard.press('Control+Enter')
    const card = page.locator('.react-flow__node[data-id="render"]')
    await card.getByText(/Step \d of 4, window \d+ of 10/).waitFor({ timeout: 90_000 })
    await eventually(() => card.locator('canvas, img').count()).toBeGreaterThan(0)
    const runs = async () => (await studio.api.run.list.query(small)).runs
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 120_000 }).toBe('finished')
    await page.getByText('Everything is up to date').waitFor()

    await card.click()
    await page.getByRole('slider', { name: 'Motion: lips' }).press('ArrowRight')
    await page.getByText(/^Will run 2 of 9/).waitFor()
    await page.context().close()
    expect(studio.pageErrors).toEqual([])
  })

  it('of several people one is chosen in the inspector, and a motion is fitted to them, cut, timed and made a mask', {
    timeout: 240_000,
  }, async () => {
    const people = litPicture(0, [
      [1, 3, 220],
      [4, 3, 255],
      [6, 3, 240],
    ])
    const { width, height, data } = people
    const png = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer()
    const asset = await studio.upload('people.png', png)
    const motion = {
      asset: await studio.upload('sway.pose.json', Buffer.from(writePoseFile(swayingPose(20)))),
    }
    const node = (type: string, params = {}) => ({
      type,
      version: 1,
      params,
      mode: 'on' as const,
      title: null,
    })
    const link = (from: string, to: string) => ({ from: from.split('.'), to: to.split('.') })
    const made = await studio.api.workflow.create.mutate({
      document: {
        ...{ schema: 1, id: 'people', name: 'People', groups: [], notes: [] },
        nodes: {
          picture: node('input/image', { asset }),
          person: node('pose/detect', { pack: 'tiny' }),
          motion: node('input/pose', motion),
          fit: node('pose/retarget'),
          cut: node('pose/slice', { end: 10 }),
          rate: node('pose/resample', { fps: 50 }),
          drawn: node('pose/draw'),
          mask: node('mask/from-video', { region: 'lines' }),
        },
        edges: [
          link('picture.image', 'person.image'),
          link('motion.pose', 'fit.pose'),
          link('person.pose', 'fit.firstPose'),
          link('fit.pose', 'cut.pose'),
          link('cut.pose', 'rate.pose'),
          link('rate.pose', 'drawn.pose'),
          link('drawn.video', 'mask.video'),
        ],
        layout: Object.fromEntries(
          ['person', 'cut', 'mask', 'picture', 'motion', 'fit', 'rate', 'drawn'].map((id, i) => [
            id,
            { x: 320 * (i % 4), y: 400 * Math.floor(i / 4) },
          ]),
        ),
      },
    } as never)
    const page = await studio.page(`/workflows/${made.workflow}`)
    const upToDate = () => page.getByText('Everything is up to date').waitFor()
    const card = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
    const several = card('person').getByLabel('3 people were found; the surest one was taken.')
    await page.getByText(/^Will run 6 of 8/).waitFor()
    await page.keyboard.press('Control+Enter')
    await upToDate()
    await several.waitFor()
    await card('mask').getByText('1 × 20 f').waitFor()

    await card('person').click()
    await page.getByRole('combobox', { name: 'Person' }).click()
    await page.getByRole('option', { name: /position/i }).click()
    await page.getByRole('slider', { name: 'Place from the left' }).press('ArrowRight')
    await page.getByText(/^Will run 6 of 8/).waitFor()
    await card('cut').click()
    await page.getByRole('spinbutton', { name: 'End' }).fill('6')
    await page.getByRole('spinbutton', { name: 'End' }).press('Control+Enter') // takes the number, and runs
    await upToDate()
    await card('mask').getByText('1 × 12 f').waitFor()
    const { document } = await studio.api.workflow.get.query(made)
    expect(parseDocument(document).nodes.person.params).toMatchObject({ person: 'position', position: 2 })
    expect(await several.count()).toBe(0)
    await page.context().close()
    expect(studio.pageErrors).toEqual([])
  })
})
