import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

describeInBrowser('settings', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(() => studio?.close())
  afterEach(() => {
    expect(studio.pageErrors.splice(0)).toEqual([])
  })

  it('change the theme at once and keep it', async () => {
    const page = await studio.page('/settings')
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(await ground()).toBe('rgb(14, 14, 14)')
    await page.getByRole('radio', { name: 'Light' }).click()
    await eventually(ground).toBe('rgb(218, 218, 218)')
    await page.reload()
    expect(await ground()).toBe('rgb(218, 218, 218)')
    await page.context().close()
  })

  it('keep a limit that was typed as a sum, and refuse one out of range with a sentence', async () => {
    const page = await studio.page('/settings')
    const field = page.getByRole('spinbutton', { name: 'Room for results' })
    await field.focus()
    await field.fill('10*1.5')
    await page.keyboard.press('Enter')
    await eventually(async () => (await studio.api.system.settings.get.query()).resultsLimitBytes).toBe(15e9)
    await field.fill('0')
    await page.keyboard.press('Enter')
    await page.getByText('Room for results is at least 1 GB.').waitFor()
    await page.keyboard.press('Escape')
    await eventually(() => field.inputValue()).toBe('15')
    await page.context().close()
  })

  it('scrub a number with the pointer, and Escape brings it back', async () => {
    const page = await studio.page('/settings')
    const field = page.getByRole('spinbutton', { name: 'Room for results' })
    const before = Number(await field.inputValue())
    const box = (await field.boundingBox())!
    await page.mouse.move(box.x + 20, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 30, box.y + 10, { steps: 5 })
    await eventually(async () => Number(await field.inputValue())).toBeGreaterThan(before)
    await page.keyboard.press('Escape')
    await eventually(async () => Number(await field.inputValue())).toBe(before)
    await page.mouse.up()
    await page.context().close()
  })

  it('take other keys for an action, and give them up again', async () => {
    const page = await studio.page('/settings')
    const button = page.getByRole('button', { name: /^Keys of Duplicate/ })
    const keys = () => button.locator('kbd').allTextContents()
    await button.waitFor()
    const usual = await keys()
    await button.click()
    await page.keyboard.press('Control+Shift+y')
    await eventually(keys).toEqual(['Ctrl Shift Y'])
    await page.reload()
    await eventually(keys).toEqual(['Ctrl Shift Y'])
    await page.getByRole('button', { name: 'Reset all' }).click()
    await eventually(keys).toEqual(usual)
    await page.context().close()
  })

  it('say what takes space and remove what can be made again', async () => {
    const { api } = studio
    const { workflow } = await api.workflow.create.mutate({ template: 'hello' })
    await studio.runToEnd(workflow)
    const page = await studio.page('/settings')
    await page.getByRole('button', { name: /^Clean up \d/ }).click()
    await page.getByText(/^(Freed .* by removing \d+ results|There was nothing to remove)/).waitFor()
    expect((await api.workflow.list.query({})).workflows).toHaveLength(1)
    await page.context().close()
  })

  it.each([
    { theme: 'dark', width: 1440, height: 900 },
    { theme: 'light', width: 390, height: 844 },
  ] as const)('have nothing serious for axe in $theme at $width', async ({ theme, width, height }) => {
    const page = await studio.page('/settings', { theme, viewport: { width, height } })
    await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
    await page.context().close()
  })

  it('an address that leads nowhere says so and leads home', async () => {
    const page = await studio.page('/nowhere')
    await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('link', { name: 'Go to the library' }).click()
    await page.getByRole('heading', { name: 'Start from a template' }).waitFor()
    await page.context().close()
  })
})
