import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { describeInBrowser, eventually, StudioInBrowser } from './support/studio'

const node = (type: string, params = {}) => ({ type, version: 1, params })

describeInBrowser('a review', () => {
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

  /** A pose → review → smooth, run until it waits. `body`: another value in each test, or it is known already. */
  async function waiting(body: number): Promise<{ page: Page; workflow: string }> {
    const hello = await studio.api.workflow.create.mutate({ template: 'hello' })
    const { firstPose } = (await stored(hello.workflow)).nodes
    const { workflow } = await studio.api.workflow.create.mutate({
      document: {
        schema: 1,
        id: 'x',
        name: 'Looked at',
        nodes: {
          firstPose,
          before: node('pose/smooth', { body }),
          look: node('control/review'),
          smooth: node('pose/smooth'),
        },
        edges: [
          { from: ['firstPose', 'pose'], to: ['before', 'pose'] },
          { from: ['before', 'pose'], to: ['look', 'value'] },
          { from: ['look', 'value'], to: ['smooth', 'pose'] },
        ],
        layout: {
          firstPose: { x: 0, y: 0 },
          before: { x: 320, y: 0 },
          look: { x: 640, y: 0 },
          smooth: { x: 960, y: 0 },
        },
      },
    })
    const page = await studio.page(`/workflows/${workflow}`)
    await eventually(() => card(page, 'look').count()).toBe(1)
    await page.getByText('Saved', { exact: true }).waitFor()
    await page.keyboard.press('Control+Enter')
    await card(page, 'look').getByText('Waiting for you').waitFor()
    return { page, workflow }
  }

  it('waits on its card and in the title of the tab, over a reload, and goes on when it is approved', async () => {
    const { page, workflow } = await waiting(11)
    await eventually(() => page.title()).toContain('Waiting for you')
    await page.reload()
    await card(page, 'look').getByText('Waiting for you').waitFor()
    await eventually(() => page.title()).toContain('Waiting for you')
    await card(page, 'look').locator('header').click()
    await page.getByRole('tab', { name: 'Sockets' }).click()
    await eventually(() => page.getByText('pose here').count()).toBe(2) // in and out
    // What it shows is the pose itself.
    await eventually(() => card(page, 'look').locator('canvas').count()).toBeGreaterThan(0)
    const { runs } = await studio.api.run.list.query({ workflow })
    expect(runs[0]).toMatchObject({ state: 'waiting', asking: ['look'] })
    await card(page, 'look').getByRole('button', { name: 'Approve' }).click()
    await card(page, 'smooth').locator('[data-state="done"]').waitFor()
    await eventually(() => page.title()).not.toContain('Waiting for you')
    await page.keyboard.press('Control+Enter')
    await eventually(async () =>
      (await studio.api.run.list.query({ workflow })).runs.map(({ state }) => state),
    ).toEqual(['finished', 'finished'])
    await page.close()
  })

  it('is edited: an editor behind it is opened, and the run goes on through it', async () => {
    const { page, workflow } = await waiting(22)
    await card(page, 'look').getByRole('button', { name: 'Edit' }).click()
    await eventually(async () =>
      Object.values((await stored(workflow)).nodes).map(({ type }) => type),
    ).toContain('pose/editor')
    const { nodes, edges } = await stored(workflow)
    const editor = Object.keys(nodes).find((id) => nodes[id].type === 'pose/editor')!
    expect(edges).toContainEqual(expect.objectContaining({ from: ['look', 'value'], to: [editor, 'pose'] }))
    expect(edges).toContainEqual(expect.objectContaining({ from: [editor, 'pose'], to: ['smooth', 'pose'] }))
    await page.getByRole('button', { name: 'Done' }).click()
    await card(page, 'look').getByRole('button', { name: 'Approve' }).click()
    await card(page, 'smooth').locator('[data-state="done"]').waitFor()
    const { runs } = await studio.api.run.list.query({ workflow })
    const { snapshot } = await studio.api.run.get.query({ run: runs[0].id })
    expect(Object.keys(snapshot.nodes)).toContain(editor)
    await page.close()
  })

  it('is stopped, and then asks nothing any more', async () => {
    const { page, workflow } = await waiting(33)
    await card(page, 'look').getByRole('button', { name: 'Stop' }).click()
    await card(page, 'look').getByText('Waiting for you').waitFor({ state: 'detached' })
    const { runs } = await studio.api.run.list.query({ workflow })
    expect(runs[0].state).toBe('cancelled')
    await page.close()
  })
})
