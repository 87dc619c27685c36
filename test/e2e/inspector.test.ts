import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const node = (type: string, params = {}) => ({ type, version: 1, params })

describeInBrowser('the inspector', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(async () => {
    await studio?.close()
  })

  const stored = async (workflow: string) =>
    (await studio.api.workflow.get.query({ workflow })).document as WorkflowDocument
  const card = (page: Page, id: string) => page.locator(`.react-flow__node-card[data-id="${id}"]`)
  const tab = (page: Page, name: string) => page.getByRole('tab', { name })

  /** A pose that is smoothed, with the smoothing chosen. */
  async function opened(): Promise<{ page: Page; workflow: string }> {
    const hello = await studio.api.workflow.create.mutate({ template: 'hello' })
    const { firstPose } = (await stored(hello.workflow)).nodes
    const { workflow } = await studio.api.workflow.create.mutate({
      document: {
        schema: 1,
        id: 'x',
        name: 'Smoothed',
        nodes: { firstPose, smooth: node('pose/smooth', { body: 15 }) },
        edges: [{ from: ['firstPose', 'pose'], to: ['smooth', 'pose'] }],
        layout: { firstPose: { x: 0, y: 0 }, smooth: { x: 320, y: 0 } },
      },
    })
    const page = await studio.page(`/workflows/${workflow}`)
    await card(page, 'smooth').locator('header').click()
    return { page, workflow }
  }

  it('lists what a node gave in earlier runs and goes back to the settings of one, which undo takes back', async () => {
    const { page, workflow } = await opened()
    const body = async () => (await stored(workflow)).nodes.smooth.params.body
    // By keyboard, from the first tab to the third.
    await tab(page, 'Settings').focus()
    await page.keyboard.press('ArrowRight')
    await eventually(() => tab(page, 'Sockets').getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('ArrowRight')
    await page.getByText('No results yet').waitFor()
    await studio.runToEnd(workflow)
    await page.getByText('Same settings as now').waitFor()
    expect(await page.getByText('Run 1', { exact: true }).count()).toBeGreaterThan(0)

    await tab(page, 'Settings').click()
    const field = page.getByRole('spinbutton', { name: 'Body' })
    await field.fill('25')
    await field.press('Enter')
    await eventually(body).toBe(25)
    await tab(page, 'History').click()
    await page.getByText('Body 15 ms, now 25 ms').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Use these settings' }).click()
    await eventually(body).toBe(15)
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
    await eventually(body).toBe(25)
    await page.close()
  })

  it('follows an edge to the node at its other end, and takes it away', async () => {
    const { page, workflow } = await opened()
    await tab(page, 'Sockets').click()
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByRole('button', { name: 'Pose · pose' }).click()
    await eventually(() => inspector.getByRole('textbox', { name: 'Title of the node' }).inputValue()).toBe(
      'Pose',
    )
    // Its other end again, from there: the tab is still the one of sockets.
    await inspector.getByRole('button', { name: 'Smooth pose · pose' }).click()
    await inspector.getByRole('button', { name: 'Disconnect Pose' }).click()
    await inspector.getByText('Needs a connection').waitFor()
    await eventually(async () => (await stored(workflow)).edges).toEqual([])
    await page.close()
  })

  it('keeps a note about a node with the workflow, and its tab over a reload', async () => {
    const { page, workflow } = await opened()
    await tab(page, 'Notes').click()
    await page.getByRole('textbox', { name: 'Note about Smooth pose' }).fill('Calmer hands next time')
    await eventually(async () => (await stored(workflow)).nodes.smooth.note).toBe('Calmer hands next time')
    await page.reload()
    await card(page, 'smooth').locator('header').click()
    await eventually(() => page.getByRole('textbox', { name: 'Note about Smooth pose' }).inputValue()).toBe(
      'Calmer hands next time',
    )
    await card(page, 'smooth').getByText('has a note').waitFor({ state: 'attached' })
    await page.close()
  })
})
