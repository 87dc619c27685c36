import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from '../../nodes/core/document'
import { openDataFolder } from '../../server/storage/data-folder'
import { addTinyPack } from '../support/tiny-pack/tiny-pack'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

describeInBrowser('both stages of MMGT in the studio', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))
    addTinyPack(openDataFolder(data).packs, mkdtempSync(path.join(tmpdir(), 'tiny-pack-')))
    studio = await StudioInBrowser.open(data)
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
})
