/**
 * The canvas beside plain React Flow and litegraph.js, in one Chromium, with the same number of cards in the same
 * places. Frames are not held to the screen's rate, so the time from frame to frame is what a frame costs. Ours are
 * the editor's real cards with results (skeletons, masks). React Flow has two rows: with cards of the same look that do
 * nothing, and with its own, which are a box and a title; litegraph's have a title and sockets.
 */
import type { Browser, Page } from 'playwright-core'
import { DRAG, type FlowWindow, frames, RELEASE, WHEEL, zoomOurs } from './canvas-frames'
import { cardsOf, litegraphPage, plainPage } from './canvas-peers'
import { openBench, preparedWorkflow } from './canvas-studio'

const COUNTS = [100, 300, 1000]

async function measureFlow(page: Page, zoomTo: (zoom: number) => Promise<void>) {
  await zoomTo(1)
  const pan = await frames(page, WHEEL(12, 5))
  const zoom = await frames(page, WHEEL(0, 6, true))
  await zoomTo(1)
  const drag = await frames(page, DRAG)
  await page.evaluate(RELEASE)
  await zoomTo(0.5)
  const half = await frames(page, WHEEL(12, 5))
  await zoomTo(0.1)
  const far = await frames(page, WHEEL(12, 5))
  return { pan, zoom, drag, half, far }
}

async function measureLitegraph(page: Page) {
  const at = (scale: number) =>
    page.evaluate((to) => (window as unknown as LitegraphWindow).view.ds.changeScale(to, [720, 450]), scale)
  const move = 'view.ds.offset[0] -= (i % 30 < 15 ? 12 : -12) / view.ds.scale; view.setDirty(true, true)'
  await at(1)
  const pan = await frames(page, move)
  const zoom = await frames(
    page,
    'view.ds.changeScale(view.ds.scale * (i % 30 < 15 ? 0.99 : 1.01), [720, 450]); view.setDirty(true, true)',
  )
  const drag = await frames(page, 'nodes[20].pos[0] += i % 30 < 15 ? 3 : -3; view.setDirty(true, true)')
  await at(0.5)
  const half = await frames(page, move)
  await at(0.1)
  const far = await frames(page, move)
  return { pan, zoom, drag, half, far }
}

interface LitegraphWindow {
  view: { ds: { changeScale(scale: number, at: [number, number]): void } }
}

type Measured = Awaited<ReturnType<typeof measureFlow>>

const row = (canvas: string, count: number, openMs: number, { pan, zoom, drag, half, far }: Measured) => ({
  canvas,
  cards: count,
  'open, ms': openMs,
  'pan, ms a frame': pan.median,
  'pan p95': pan.p95,
  zoom: zoom.median,
  'drag one': drag.median,
  'pan at 0.5': half.median,
  'pan at 0.1': far.median,
})

async function timedOpen(
  browser: Browser,
  address: string,
  ready: string,
): Promise<{ page: Page; ms: number }> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  const start = performance.now()
  await page.goto(address)
  await page.waitForSelector(ready, { timeout: 120_000 })
  return { page, ms: performance.now() - start }
}

export async function benchCanvas(): Promise<object[]> {
  const { browser, folder, studio, close } = await openBench()
  const [plain, litegraph] = [await plainPage(folder), litegraphPage(folder)]
  const rows: object[] = []
  try {
    for (const count of COUNTS) {
      const id = await preparedWorkflow(studio, count)
      const address = `${studio.url}/workflows/${id}`
      const warmUp = await timedOpen(browser, address, '.react-flow__node')
      await warmUp.page.context().close()
      const ours = await timedOpen(browser, address, '.react-flow__node')
      await ours.page.waitForTimeout(2_000) // pictures of the cards in sight are read
      rows.push(
        row('MMGT Studio', count, ours.ms, await measureFlow(ours.page, (zoom) => zoomOurs(ours.page, zoom))),
      )
      await zoomOurs(ours.page, 1)
      const rich = await plainPage(folder, await cardsOf(ours.page))
      await ours.page.context().close()

      for (const [name, page] of [
        ['React Flow, such cards', rich],
        ['React Flow, boxes', plain],
      ]) {
        const peer = await timedOpen(browser, `${page}?count=${count}`, '.react-flow__node')
        const zoomPlain = (zoom: number) =>
          peer.page.evaluate(
            (to) => void (window as unknown as FlowWindow).flow.setViewport({ x: 200, y: 100, zoom: to }),
            zoom,
          )
        rows.push(row(name, count, peer.ms, await measureFlow(peer.page, zoomPlain)))
        await peer.page.context().close()
      }

      const old = await timedOpen(browser, `${litegraph}?count=${count}`, 'canvas')
      rows.push(row('litegraph.js', count, old.ms, await measureLitegraph(old.page)))
      await old.page.context().close()
    }
  } finally {
    await close()
  }
  return rows
}
