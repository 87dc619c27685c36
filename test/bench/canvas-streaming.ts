/** Ten nodes that stream pictures at once: what it costs the canvas, and what it renders. */
import type { Browser, Page } from 'playwright-core'
import type {} from '../e2e/support/count-renders'
import type {} from '../e2e/support/feigned-run'
import { addScript } from '../e2e/support/page-script'
import { DRAG, frames, RELEASE, WHEEL, zoomOurs } from './canvas-frames'
import { openBench, preparedWorkflow } from './canvas-studio'

const STREAMING = 10
/** As often as the studio sends the pictures of a node to a page that keeps up. */
const PER_SECOND = 5

async function gestures(page: Page) {
  const pan = await frames(page, WHEEL(12, 5))
  const drag = await frames(page, DRAG)
  await page.keyboard.press('Escape') // the card goes back to where it was
  await page.evaluate(RELEASE)
  return { pan, drag }
}

/** Cards in sight: the last ten, because one of the first is dragged. */
const inSight = (page: Page) =>
  page.evaluate((count) => {
    const pane = document.querySelector('.react-flow')!.getBoundingClientRect()
    const cards = [...document.querySelectorAll<HTMLElement>('.react-flow__node')].filter((card) => {
      const { left, right, top, bottom } = card.getBoundingClientRect()
      return right > pane.left && left < pane.right && bottom > pane.top && top < pane.bottom
    })
    return cards.slice(-count).map((card) => card.dataset.id!)
  }, STREAMING)

export async function benchStreaming(): Promise<object[]> {
  const { studio, browser, close } = await openBench()
  const rows: object[] = []
  try {
    for (const cards of [100, 300]) {
      const id = await preparedWorkflow(studio, cards)
      rows.push(...(await streamingOn(browser, `${studio.url}/workflows/${id}`, cards)))
    }
  } finally {
    await close()
  }
  return rows
}

/** The same gestures on one page, without and with ten nodes that stream. */
async function streamingOn(browser: Browser, address: string, cards: number): Promise<object[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await addScript(page, 'feigned-run.ts')
  await addScript(page, 'count-renders.ts')
  await page.goto(address)
  await page.waitForSelector('.react-flow__node')
  await page.waitForTimeout(2_000)
  await zoomOurs(page, 0.5)
  const quiet = await gestures(page)
  const nodes = await inSight(page)
  await page.evaluate(([workflow, those]) => window.feigned.start(workflow, those), [
    address.split('/').at(-1)!,
    nodes,
  ] as const)
  await page.waitForTimeout(500)
  await page.evaluate((perSecond) => {
    let step = 0
    setInterval(() => window.feigned.progress((step++ % 100) / 100), 1_000 / perSecond)
  }, PER_SECOND)
  const streaming = await gestures(page)

  // Nothing is touched for two seconds: what is rendered now is rendered by progress and pictures.
  await page.mouse.move(5, 5)
  await page.waitForTimeout(1_000)
  await page.evaluate(() => {
    window.renders = {}
  })
  await page.waitForTimeout(2_000)
  const renders = await page.evaluate(() => window.renders)
  await context.close()
  const others = Object.keys(renders).filter((place) => place !== '' && !nodes.includes(place))
  const row = (what: string, { pan, drag }: typeof quiet) => ({
    cards,
    streaming: what,
    'pan at 0.5, ms a frame': pan.median,
    'pan p95': pan.p95,
    'drag one': drag.median,
    'drag p95': drag.p95,
  })
  return [
    row('none', quiet),
    {
      ...row(`${nodes.length} nodes`, streaming),
      'their cards rendered, a second': nodes.reduce((sum, node) => sum + (renders[node] ?? 0), 0) / 2,
      'other cards and edges': others.reduce((sum, place) => sum + renders[place], 0) / 2,
    },
  ]
}
