import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { examples } from '../support/cli'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

/** Drops files of the project on the page, as a file manager would. */
async function dropFiles(page: Page, files: { name: string; mime: string; bytes: Buffer }[]): Promise<void> {
  const sent = files.map(({ name, mime, bytes }) => ({ name, mime, base64: bytes.toString('base64') }))
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer()
    for (const { name, mime, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
      data.items.add(new File([bytes], name, { type: mime }))
    }
    return data
  }, sent)
  const main = page.locator('main')
  await main.dispatchEvent('dragenter', { dataTransfer: transfer })
  await page.getByText('Import as workflows').waitFor()
  await main.dispatchEvent('drop', { dataTransfer: transfer })
}

describeInBrowser('the library', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(() => studio?.close())
  afterEach(() => {
    expect(studio.pageErrors.splice(0)).toEqual([])
  })

  const names = (page: Page) => page.locator('[data-workflow]').allTextContents()

  it('opens an empty studio with a ready workflow on the first visit, its files shown before anything is run', async () => {
    const page = await studio.page('/', { firstVisit: true })
    await page.waitForURL(/\/workflows\//)
    for (const file of ['portrait-mara.png', 'portrait-mara.pose.json', 'speech-hello.wav']) {
      await page.getByText(file, { exact: true }).waitFor()
    }
    await page.getByText(/^Will run 3 of 6/).waitFor()
    expect((await studio.api.run.list.query({})).runs).toEqual([])

    await page.goBack()
    await eventually(() => names(page)).toHaveLength(1)
    await page.reload() // only the first time
    await eventually(() => names(page)).toHaveLength(1)
    const [{ id }] = (await studio.api.workflow.list.query({})).workflows
    await studio.api.workflow.remove.mutate({ workflow: id })
    await studio.api.workflow.emptyBin.mutate()
    await page.context().close()
  })

  it('teaches while it is empty, and a template opens in the editor', async () => {
    const page = await studio.page('/')
    await page.getByText('Your workflows will stand here').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: /^Start with/ }).click()
    await page.waitForURL(/\/workflows\//)
    await page.goto(studio.url)
    await eventually(() => names(page)).toHaveLength(1)
    await page.context().close()
  })

  it('keeps what was deleted in the bin: back with one click, gone for good after a question', async () => {
    const { api } = studio
    const made = await Promise.all(['Back', 'Gone'].map((name) => api.workflow.create.mutate({ name })))
    for (const one of made) await api.workflow.remove.mutate(one)
    const page = await studio.page('/')
    await page.getByRole('link', { name: /^Bin/ }).first().click()
    const rows = page.getByRole('list', { name: 'Deleted workflows' }).getByRole('listitem')
    await eventually(() => rows.count()).toBe(2)
    await page.getByText('30 days left').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await rows.filter({ hasText: 'Back' }).getByRole('button', { name: 'Restore' }).click()
    await page.getByText('Back is in the library again', { exact: true }).waitFor()
    await eventually(() => rows.count()).toBe(1)

    await page.getByRole('button', { name: 'Delete Gone for good' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click()
    await page.getByRole('button', { name: 'Empty the bin' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('Nothing was deleted', { exact: true }).waitFor()
    const { workflows } = await api.workflow.list.query({})
    const back = workflows.filter(({ name }) => ['Back', 'Gone'].includes(name))
    expect(back.map(({ name }) => name)).toEqual(['Back'])
    // Out of the way of the tests below.
    await api.workflow.remove.mutate({ workflow: back[0].id })
    await api.workflow.emptyBin.mutate()
    await page.context().close()
  })

  it('renames, duplicates and deletes with the keyboard, and brings back what was deleted', async () => {
    const page = await studio.page('/')
    const card = page.locator('[data-workflow]').first()
    await card.focus()
    await page.keyboard.press('F2')
    await page.keyboard.type('Welcome')
    await page.keyboard.press('Enter')
    await eventually(() => names(page)).toEqual(['Welcome'])
    await page.reload()
    await eventually(() => names(page)).toEqual(['Welcome'])

    await card.focus()
    await page.keyboard.press('Control+d')
    await eventually(() => names(page)).toHaveLength(2)
    const copy = (await names(page)).find((name) => name !== 'Welcome')!
    await page.getByRole('link', { name: copy }).focus()
    await page.keyboard.press('Delete')
    await eventually(() => names(page)).toEqual(['Welcome'])
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(async () => (await names(page)).sort()).toEqual(['Welcome', copy].sort())
    await page.reload()
    await eventually(() => names(page)).toHaveLength(2)
    await page.context().close()
  })

  it('finds workflows by name, and says when there is none', async () => {
    const page = await studio.page('/')
    await page.locator('[data-workflow]').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('nothing like it')
    await page.getByText('No workflow has “nothing like it” in its name').waitFor()
    await page.keyboard.press('Escape')
    await eventually(() => names(page)).toHaveLength(2)
    await page.context().close()
  })

  it('imports a workflow file that is dropped on it, and says what is wrong with one that is none', async () => {
    const page = await studio.page('/')
    await page.locator('[data-workflow]').first().waitFor()
    const file = readFileSync(path.join(examples, 'hello.workflow.json'))
    await dropFiles(page, [{ name: 'hello.workflow.json', mime: 'application/json', bytes: file }])
    await page.waitForURL(/\/workflows\//)
    await page.goto(studio.url)
    await eventually(() => names(page)).toHaveLength(3)
    await dropFiles(page, [{ name: 'broken.json', mime: 'application/json', bytes: Buffer.from('{"a":') }])
    await page.getByText(/JSON/).first().waitFor()
    await page.context().close()
  })

  it('keeps workflows in folders: made by moving one, renamed, removed and brought back', async () => {
    const { api } = studio
    const made = await Promise.all(['First', 'Second'].map((name) => api.workflow.create.mutate({ name })))
    const folderOf = async () => {
      const { workflows } = await api.workflow.list.query({})
      return made.map((one) => workflows.find(({ id }) => id === one.workflow)?.folder)
    }
    const page = await studio.page('/?show=workflows')
    const folders = page.getByRole('navigation', { name: 'Folders' })
    await page.getByRole('button', { name: 'More for First' }).click()
    await page.getByRole('menuitem', { name: 'Move to a folder' }).press('ArrowRight')
    await page.getByRole('menuitem', { name: 'New folder' }).press('Enter')
    await page.getByRole('textbox', { name: 'Name' }).fill('Welcome series')
    await page.keyboard.press('Enter')
    await page.getByText('Moved First to Welcome series', { exact: true }).waitFor()
    expect(await folderOf()).toEqual(['Welcome series', null])

    await page.getByRole('button', { name: 'More for Second' }).click()
    await page.getByRole('menuitem', { name: 'Move to a folder' }).press('ArrowRight')
    await page.getByRole('menuitem', { name: 'Welcome series' }).press('Enter')
    await folders.getByRole('link', { name: 'Welcome series 2' }).click()
    await eventually(async () => (await names(page)).sort()).toEqual(['First', 'Second'])
    expect(await seriousFindings(page)).toEqual([])

    await page.getByRole('button', { name: 'More for the folder Welcome series' }).click()
    await page.getByRole('menuitem', { name: 'Rename the folder' }).press('Enter')
    await page.getByRole('textbox', { name: 'Name' }).fill('Series 2')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Series 2', exact: true }).waitFor()
    await eventually(folderOf).toEqual(['Series 2', 'Series 2'])

    await page.getByRole('button', { name: 'More for the folder Series 2' }).click()
    await page.getByRole('menuitem', { name: /^Remove the folder/ }).press('Enter')
    await eventually(folderOf).toEqual([null, null])
    await page.getByText('2 workflows: in no folder now', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(folderOf).toEqual(['Series 2', 'Series 2'])

    for (const other of ['Settings', 'Models']) {
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: other }).click()
      await page.getByRole('heading', { name: other, exact: true }).waitFor()
      await folders.getByRole('link', { name: 'Series 2 2' }).waitFor() // beside every page
    }

    await page.goto(`${studio.url}/?folder=Nothing%20here`)
    await page.getByRole('button', { name: 'New workflow here' }).click()
    await page.waitForURL(/\/workflows\//)
    const id = page.url().split('/').pop()
    const { workflows } = await api.workflow.list.query({})
    expect(workflows.find((one) => one.id === id)?.folder).toBe('Nothing here')
    for (const workflow of [...made.map((one) => one.workflow), id!])
      await api.workflow.remove.mutate({ workflow })
    await api.workflow.emptyBin.mutate()
    await page.context().close()
  })

  it('finds results and templates too, and calls a result by what made it', async () => {
    const { workflow } = await studio.api.workflow.create.mutate({ template: 'hello' })
    await studio.runToEnd(workflow)
    const page = await studio.page('/')
    await page.getByRole('heading', { name: 'Recent results' }).waitFor()
    await page.getByRole('link', { name: /^Warp.*Hello/ }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('/')
    await page.keyboard.type('hello')
    await page.getByRole('heading', { name: 'Templates with “hello”' }).waitFor()
    await page.getByRole('heading', { name: 'Results with “hello”' }).waitFor()
    await page.context().close()
    await studio.api.workflow.remove.mutate({ workflow })
    await studio.api.workflow.emptyBin.mutate()
  })

  it('goes on when the studio comes back', async () => {
    const page = await studio.page('/')
    await page.locator('[data-workflow]').first().waitFor()
    await studio.kill()
    await page.getByText('The studio does not answer').waitFor()
    await studio.start()
    await page.getByText('The studio does not answer').waitFor({ state: 'detached' })
    await eventually(() => names(page)).toHaveLength(3)
    await page.context().close()
  })

  it.each([
    { theme: 'dark', width: 1440, height: 900 },
    { theme: 'light', width: 1024, height: 768 },
    { theme: 'light', width: 390, height: 844 },
  ] as const)(
    'has nothing serious for axe and does not scroll sideways in $theme at $width',
    async (look) => {
      const { theme, width, height } = look
      const page = await studio.page('/', { theme, viewport: { width, height } })
      await page.locator('[data-workflow]').first().waitFor()
      expect(await seriousFindings(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
      await page.context().close()
    },
  )
})
