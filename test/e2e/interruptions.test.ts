import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser } from './support/studio'

describeInBrowser('in the middle of a run', () => {
  let studio: StudioInBrowser
  let page: Page
  let workflow = ''

  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    workflow = (await studio.api.workflow.create.mutate({ template: 'story' })).workflow
    page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node').first().waitFor()
    await page.keyboard.press('Control+Enter')
    await hud().getByText('Run 1').waitFor()
  })
  afterAll(() => studio?.close())

  const hud = () => page.getByRole('status').filter({ has: page.getByRole('button', { name: 'Cancel' }) })
  const runs = async () => (await studio.api.run.list.query({ workflow })).runs

  it('a reload shows the same run, where it is', async () => {
    await eventually(async () => (await runs())[0]?.state).toBe('running')
    await page.reload()
    await hud().getByText('Run 1').waitFor()
    await hud()
      .getByText(/\d of \d nodes/)
      .waitFor()
    expect((await runs()).map(({ state }) => state)).toEqual(['running'])
  })

  it('a studio that is killed and comes back goes on with it, and gets what was edited meanwhile', async () => {
    const [{ id: run }] = await runs()
    await studio.kill()
    await page.locator('[data-id="measure"] header').click()
    await page.keyboard.press('m') // mute
    await page.locator('[data-id="measure"] .muted').waitFor()
    await studio.start()
    await page.getByText('Saved', { exact: true }).waitFor()
    const { document } = await studio.api.workflow.get.query({ workflow })
    expect((document as WorkflowDocument).nodes.measure.mode).toBe('mute')
    await eventually(async () => (await runs()).map(({ id, state }) => [id, state])).toEqual([
      [run, 'running'],
    ])
    await hud().getByText('Run 1').waitFor()
  })

  it('the page can still end it', async () => {
    await hud().getByRole('button', { name: 'Cancel' }).click()
    await eventually(async () => (await runs()).map(({ state }) => state)).toEqual(['cancelled'])
    await hud().waitFor({ state: 'detached' })
    // A script of a worker that was asked for while the studio was away.
    expect(studio.pageErrors.filter((error) => !error.includes('failed to load'))).toEqual([])
  })
})
