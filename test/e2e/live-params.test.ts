import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser } from './support/studio'

const STEPS = 24

describeInBrowser('params that are changed while a node runs', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.openWithTinyPack()
  })
  afterAll(() => studio?.close())

  it('a slider that is moved acts from the next step, the result says so, and its settings can be kept', {
    timeout: 300_000,
  }, async () => {
    const made = await studio.api.workflow.create.mutate({ template: 'mmgt' })
    const { document } = await studio.api.workflow.get.query(made)
    const nodes = structuredClone(parseDocument(document).nodes)
    for (const id of ['features', 'gestures', 'render']) nodes[id].params.pack = 'tiny'
    Object.assign(nodes.render.params, { steps: STEPS, width: 64, height: 64 })
    nodes.gestures.params.steps = 5
    const small = await studio.api.workflow.create.mutate({ document: { ...document, nodes } })
    const page = await studio.page(`/workflows/${small.workflow}`)
    const card = page.locator('.react-flow__node[data-id="render"]')
    const inspector = page.getByLabel('Inspector')
    await page.getByText(/^Will run 6 of 9/).waitFor()
    await page.keyboard.press('Control+Enter')
    await card.getByText(new RegExp(`Step [2-9] of ${STEPS}`)).waitFor({ timeout: 90_000 })
    await card.click()
    await inspector.getByText(/Motion: lips can be changed now: they act from the next step/).waitFor()

    await page.getByRole('slider', { name: 'Motion: lips' }).press('PageUp')
    await inspector.getByText(/^Motion: lips [\d.]+ × (from its next step|now)\.$/).waitFor()
    await inspector.getByText(/^Motion: lips [\d.]+ × now\.$/).waitFor()

    const runs = async () => (await studio.api.run.list.query(small)).runs
    await expect.poll(async () => (await runs())[0]?.state, { timeout: 200_000 }).toBe('finished')
    const [{ id: run }] = await runs()
    const ran = (await studio.api.run.get.query({ run })).document.nodes.render.params
    expect(ran.changes).toEqual([{ step: expect.any(Number), motionScaleLips: expect.any(Number) }])
    const stored = async () => (await studio.api.workflow.get.query(small)).document.nodes.render.params
    expect((await stored()).motionScaleLips).toBe(
      (ran.changes as { motionScaleLips: number }[])[0].motionScaleLips,
    )

    // The workflow says another thing than the result: it tells which, and offers it.
    await page.getByText(/^Will run 2 of 9/).waitFor()
    await inspector
      .getByText(/^Changed on the way: motion of the lips 2 → [\d.]+ from step \d+ of 24\.$/)
      .waitFor()
    const keep = inspector.getByRole('button', { name: 'Keep the result’s settings' })
    await keep.waitFor()
    await keep.click()
    await page.getByText('Everything is up to date').waitFor()
    await eventually(async () => (await stored()).changes).toEqual(ran.changes)
    await inspector.getByRole('button', { name: 'Advanced' }).click()
    await inspector.getByRole('group', { name: 'Changes on the way, 1' }).waitFor()
    await page.context().close()
    expect(studio.pageErrors).toEqual([])
  })
})
