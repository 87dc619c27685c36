import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { examples } from '../support/cli'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

describeInBrowser('a shared link', () => {
  let studio: StudioInBrowser
  let workflow: string
  let token: string

  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const { api } = studio
    workflow = (await api.workflow.create.mutate({ template: 'hello' })).workflow
    const run = await studio.runToEnd(workflow)
    token = (await api.share.create.mutate({ workflow, run, assets: [] })).token
  })
  afterAll(() => studio?.close())
  afterEach(() => {
    expect(studio.pageErrors.splice(0)).toEqual([])
  })

  const shownTime = (page: Page) =>
    page
      .locator('video')
      .first()
      .evaluate((video: HTMLVideoElement) => video.currentTime)
  const open = async (options?: Parameters<StudioInBrowser['page']>[1]) => {
    const page = await studio.page(`/share/${token}`, options)
    await page.getByRole('heading', { name: 'How it was made' }).waitFor()
    return page
  }

  it('plays its result in a browser that was never here, and its graph moves with it', async () => {
    const page = await open()
    const motion = page.locator('.react-flow__node').filter({ hasText: 'Procedural gestures' })
    await motion.getByRole('img').first().waitFor()
    const before = await motion.screenshot()
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await eventually(() => shownTime(page)).toBeGreaterThan(0.5)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    const seconds = await shownTime(page)
    expect(await shownTime(page)).toBe(seconds) // it stands
    await eventually(async () => before.equals(await motion.screenshot())).toBe(false)
    await page.context().close()
  })

  it('shows the settings of a node that is chosen, and all of them as a list', async () => {
    const page = await open()
    await page.locator('.react-flow__node').filter({ hasText: 'Procedural gestures' }).click()
    await page.getByRole('complementary').getByText('Energy').waitFor()
    await page.getByRole('radio', { name: 'List' }).click()
    await page.getByRole('heading', { name: 'Video file' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  it('tells chats and feeds its name and a picture that exists', async () => {
    const html = await (await fetch(`${studio.url}/share/${token}`)).text()
    expect(html).toContain('<meta property="og:title" content="Hello"/>')
    const image = /property="og:image" content="([^"]+)"/.exec(html)?.[1]
    const picture = await fetch(image!)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(html).toContain('noindex')
  })

  it('gives access to what it shows and to nothing else', async () => {
    const other = await studio.api.workflow.create.mutate({ template: 'story' })
    const { document } = await studio.api.workflow.get.query(other)
    const asset = Object.values(document.nodes).find(({ type }) => type === 'input/image')!.params
      .asset as string
    const address = `${studio.url}/api/assets/${asset.replace('sha256:', '')}?share=${token}`
    expect((await fetch(address)).status).toBe(404)
  })

  it('is forked into the library of whoever watches', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Fork' }).first().click()
    await page.waitForURL(/\/workflows\//)
    const id = page.url().split('/').pop()!
    expect(id).not.toBe(workflow)
    const forked = await studio.api.workflow.get.query({ workflow: id })
    const original = JSON.parse(readFileSync(path.join(examples, 'hello.workflow.json'), 'utf8'))
    expect(Object.keys(forked.document.nodes).sort()).toEqual(Object.keys(original.nodes).sort())
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
      const page = await open({ theme, viewport: { width, height } })
      expect(await seriousFindings(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
      await page.context().close()
    },
  )

  it('has a primary action in reach of a thumb on a phone', async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true })
    const box = await page.getByRole('button', { name: 'Fork' }).last().boundingBox()
    expect(box!.height).toBeGreaterThanOrEqual(44)
    expect(box!.y).toBeGreaterThan(700)
    await page.context().close()
  })

  it("is made in the editor, where files of one's own stay behind unless they are chosen", async () => {
    const page = await studio.page(`/workflows/${workflow}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await page.getByText('travels always').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Create link' }).click()
    await page.getByText('Link created and copied', { exact: true }).waitFor()
    const address = await page.evaluate(() => navigator.clipboard.readText())
    expect((await studio.api.share.view.query({ token: address.split('/').pop()! })).name).toBe('Hello')
    await page.getByRole('button', { name: 'Revoke link' }).first().click()
    await page.getByText('loses access at once').waitFor()
    await page.getByRole('button', { name: 'Revoke link' }).first().click()
    await eventually(async () => (await studio.api.share.list.query({ workflow })).shares).toHaveLength(1)
    await page.context().close()
  })

  it('shows nothing any more once it is revoked, and says so', async () => {
    await studio.api.share.revoke.mutate({ token })
    const page = await studio.page(`/share/${token}`)
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })
})
