import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const node = (type: string, params: Record<string, unknown> = {}, mode = 'on') => ({
  type,
  version: 1,
  params,
  mode,
})

describeInBrowser('cards of every state', () => {
  let studio: StudioInBrowser
  let workflow: string
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const hello = await studio.api.workflow.create.mutate({ template: 'hello' })
    const { speech, firstPose } = (
      (await studio.api.workflow.get.query(hello)).document as unknown as WorkflowDocument
    ).nodes
    const nodes = {
      speech,
      firstPose,
      cut: node('audio/trim', { start: 8 }),
      smooth: node('pose/smooth', {}, 'bypass'),
      masks: node('mask/motion', {}, 'mute'),
    }
    workflow = (
      await studio.api.workflow.create.mutate({
        document: {
          schema: 1,
          id: 'x',
          name: 'States',
          nodes,
          edges: [
            { from: ['speech', 'audio'], to: ['cut', 'audio'] },
            { from: ['firstPose', 'pose'], to: ['smooth', 'pose'] },
            { from: ['smooth', 'pose'], to: ['masks', 'pose'] },
          ],
          layout: Object.fromEntries(Object.keys(nodes).map((id, i) => [id, { x: 240 * i, y: 0 }])),
        },
      })
    ).workflow
  })
  afterAll(() => studio?.close())

  const card = (page: Page, id: string) => page.locator(`.react-flow__node-card[data-id="${id}"]`)
  const failure = (page: Page) => card(page, 'cut').getByText('The cut starts at 8 s')

  it('a failure stays on its card, for whoever comes later too, until the node is changed', async () => {
    const page = await studio.page(`/workflows/${workflow}`)
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.keyboard.press('Control+Enter')
    await failure(page).waitFor()
    await eventually(async () => (await studio.api.run.list.query({ workflow })).runs[0]?.state).toBe(
      'failed',
    )
    await page.reload()
    await failure(page).waitFor()
    await page
      .getByText(/^Will run/)
      .first()
      .waitFor() // the studio has looked at it anew
    expect(await failure(page).count()).toBe(1)

    await card(page, 'cut').locator('header').click()
    const start = page.getByRole('spinbutton', { name: 'Start' })
    await start.fill('1')
    await start.press('Enter')
    await failure(page).waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await page.context().close()
  })

  it.each(['dark', 'light'] as const)(
    'what is off promises nothing, and nothing is serious for axe, %s',
    async (theme) => {
      const page = await studio.page(`/workflows/${workflow}`, { theme })
      await card(page, 'masks').waitFor()
      await eventually(() => card(page, 'smooth').getByText('The motion appears here').isVisible()).toBe(
        false,
      )
      await eventually(() => card(page, 'masks').getByText('Masks appear here').isVisible()).toBe(false)
      expect(await seriousFindings(page)).toEqual([])
      await page.context().close()
    },
  )

  it('the inspector stays on a node that it is pinned to, by button and by key', async () => {
    const page = await studio.page(`/workflows/${workflow}`)
    const heading = page.getByRole('textbox', { name: 'Title of the node' })
    await card(page, 'masks').locator('header').click()
    await page.getByRole('button', { name: 'Keep the inspector on this node' }).click()
    await card(page, 'smooth').locator('header').click()
    await eventually(() => card(page, 'smooth').getAttribute('class')).toContain('selected')
    expect(await heading.inputValue()).toBe('Motion masks')
    await page.keyboard.press('Alt+p')
    await eventually(() => heading.inputValue()).toBe('Smooth pose')
    await page.keyboard.press('Alt+p')
    await page.keyboard.press('Escape')
    await eventually(() => card(page, 'smooth').getAttribute('class')).not.toContain('selected')
    expect(await heading.inputValue()).toBe('Smooth pose')
    await page.getByRole('button', { name: 'Follow the selection again' }).click()
    await page.getByRole('heading', { name: 'Workflow', exact: true }).waitFor()
    await page.context().close()
  })

  it('an edge is folded into a chip by key, drawn while it is pointed at, and back with undo', async () => {
    const page = await studio.page(`/workflows/${workflow}`)
    const chip = card(page, 'cut').getByRole('button', { name: 'Audio' })
    const line = page.locator('.react-flow__edge[data-id="cut.audio"] .wire')
    await card(page, 'cut').locator('header').click()
    await eventually(() => line.count()).toBe(1)
    await page.keyboard.press('Alt+e')
    await chip.waitFor()
    await eventually(() => line.count()).toBe(0)
    await chip.hover()
    await eventually(() => line.count()).toBe(1)
    await page.mouse.move(600, 500)
    await eventually(() => line.count()).toBe(0)
    expect(await seriousFindings(page)).toEqual([])

    await chip.click()
    await page.getByRole('button', { name: 'Draw as a line' }).click()
    await chip.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await chip.waitFor()
    await page.keyboard.press('Control+z')
    await chip.waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('the command palette has the best hit first and chosen', async () => {
    const page = await studio.page(`/workflows/${workflow}`)
    await card(page, 'masks').waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('mask ed')
    await eventually(() => page.getByRole('option').allTextContents()).toEqual(['Mask editormask'])
    expect(await page.getByRole('option').first().getAttribute('data-selected')).toBe('true')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('motion')
    await eventually(() => page.getByRole('option').first().textContent()).toContain('Motion masks')
    await eventually(() => page.getByRole('option').first().getAttribute('data-selected')).toBe('true')
    await page.keyboard.press('Enter')
    await eventually(() => card(page, 'masks').getAttribute('class')).toContain('selected')
    await page.context().close()
  })
})
