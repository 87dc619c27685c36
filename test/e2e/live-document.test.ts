import { mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { root } from '../support/cli'
import { liveServer } from '../support/live'
import { chromiumPath } from './support/chromium'
import type { LivePageWindow } from './support/live-page'
import { describeInBrowser } from './support/studio'

/** 20 are done by `MMGT_TEST_KILLS=20 npm test -- test/e2e/live-document.test.ts`. */
const KILLS = Number(process.env.MMGT_TEST_KILLS ?? 2)

declare const window: LivePageWindow & { said(ids: string[]): void }

describeInBrowser('a live document in a browser', () => {
  let script = ''

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(root, 'test/e2e/support/live-page.ts')],
      bundle: true,
      format: 'iife',
      write: false,
      logLevel: 'error',
    })
    script = outputFiles[0].text
  })

  const page: RequestListener = (request, response) => {
    if (request.url === '/page.js') {
      response.setHeader('content-type', 'text/javascript')
      return void response.end(script)
    }
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><script src="/page.js"></script>')
  }

  const profiles: string[] = []
  afterAll(() => {
    for (const profile of profiles) rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  })
  const newProfile = () => {
    profiles.push(mkdtempSync(path.join(tmpdir(), 'mmgt-profile-')))
    return profiles.at(-1)!
  }

  async function browse(profile: string): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath,
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
    })
    onTestFinished(() => context.close().catch(() => {})) // it may have been killed
    return context
  }

  async function open(context: BrowserContext, port: number): Promise<Page> {
    const tab = await context.newPage()
    await tab.goto(`http://127.0.0.1:${port}/`)
    await tab.evaluate(() => window.live.whenLoaded)
    return tab
  }

  const isSaved = (tab: Page) => expect.poll(() => tab.evaluate(() => window.live.status())).toBe('saved')

  it('edits made while the studio is away survive the tab, and come home with the next one', async () => {
    const first = await liveServer({ page })
    const { port, data } = first
    const context = await browse(newProfile())
    const tab = await open(context, port)
    await isSaved(tab)
    await first.close()
    await expect.poll(() => tab.evaluate(() => window.live.status())).toBe('offline')
    await tab.evaluate(() => window.addNode('offline'))
    // The page itself comes from the studio, so it has to be back before there is another tab.
    await tab.close()
    const again = await liveServer({ page, port, folder: data.root })
    expect(Object.keys((await again.rooms.read('w')).nodes)).toEqual([])
    const next = await open(context, port)
    expect(await next.evaluate(() => window.nodes())).toEqual(['offline'])
    await isSaved(next)
    expect(Object.keys((await again.rooms.read('w')).nodes)).toEqual(['offline'])
  })

  it('a browser killed with -9 while it edits loses nothing that the studio had acknowledged', async () => {
    const { port, rooms } = await liveServer({ page })
    const acknowledged: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const browser = await chromium.launchServer({
        executablePath: chromiumPath,
        args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'],
      })
      const context = await (await chromium.connect(browser.wsEndpoint())).newContext()
      const tab = await context.newPage()
      await tab.exposeFunction('said', (ids: string[]) => void acknowledged.push(...ids))
      await tab.goto(`http://127.0.0.1:${port}/`)
      await tab.evaluate(async (prefix) => {
        await window.live.whenLoaded
        window.edit(prefix, (ids) => window.said(ids))
      }, `k${kill}-`)
      const before = acknowledged.length
      await expect.poll(() => acknowledged.length - before).toBeGreaterThan(20)
      await browser.kill()
      const stored = (await rooms.read('w')).nodes
      expect(acknowledged.filter((id) => !Object.hasOwn(stored, id))).toEqual([])
    }
  })
})
