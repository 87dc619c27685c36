import { afterAll, beforeAll, expect, it } from 'vitest'
import type {} from './support/count-renders'
import type {} from './support/feigned-run'
import { addScript } from './support/page-script'
import { describeInBrowser, eventually, StudioInBrowser } from './support/studio'

const NODES = 24

/** A chain of cards; the first few columns are in sight. */
function chain() {
  const ids = Array.from({ length: NODES }, (_, i) => `n${i}`)
  return {
    schema: 1,
    id: 'x',
    name: 'Chain',
    nodes: Object.fromEntries(ids.map((id) => [id, { type: 'pose/smooth', version: 1, params: {} }])),
    edges: ids.slice(1).map((id, i) => ({ from: [ids[i], 'pose'], to: [id, 'pose'] })),
    layout: Object.fromEntries(ids.map((id, i) => [id, { x: (i % 6) * 280, y: Math.floor(i / 6) * 380 }])),
  }
}

describeInBrowser('what is rendered', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(() => studio?.close())

  it('progress and pictures of a node at work render its own card, and no other card or edge', async () => {
    const { workflow } = await studio.api.workflow.create.mutate({ document: chain() })
    const page = await studio.page()
    await addScript(page, 'feigned-run.ts')
    await addScript(page, 'count-renders.ts')
    await page.goto(`${studio.url}/workflows/${workflow}`)
    await page.locator('.react-flow__node[data-id="n7"]').waitFor()
    await page.getByText('Saved', { exact: true }).waitFor()
    const renders = () => page.evaluate(() => window.renders)
    await page.evaluate((id) => window.feigned.start(id, ['n7', 'n8']), workflow)
    await page.locator('[data-id="n7"] [data-state="running"]').waitFor()
    // The counter sees cards, and the edges into them, which now carry something.
    await eventually(async () => Object.keys(await renders())).toEqual(
      expect.arrayContaining(['n6', 'n7', 'n8', 'n7.pose', 'n8.pose']),
    )
    await page.waitForTimeout(500) // what began before is over
    await page.evaluate(() => {
      window.renders = {}
      for (let step = 1; step <= 10; step++) setTimeout(() => window.feigned.progress(step / 20), step * 50)
    })
    await page.locator('[data-id="n7"]').getByText('Frame 50').waitFor()
    await page.waitForTimeout(300) // the last picture comes after the last event
    const { '': _elsewhere, ...items } = await renders()
    expect(Object.keys(items).sort()).toEqual(['n7', 'n8'])
    expect(items.n7).toBeGreaterThanOrEqual(10)
    await page.context().close()
  })
})
