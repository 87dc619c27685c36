import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInBrowser, eventually, StudioInBrowser } from './support/studio'

describeInBrowser('a run of the first template', () => {
  let studio: StudioInBrowser
  let page: Page

  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const { workflow } = await studio.api.workflow.create.mutate({ template: 'hello' })
    page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node').first().waitFor()
    await page.keyboard.press('Control+Enter')
  })
  afterAll(() => studio?.close())

  /** Sum over the pixels of the stage of a card: equal pictures have equal sums. */
  const picture = (label: string) =>
    page.evaluate((label) => {
      const canvas = document.querySelector<HTMLCanvasElement>(
        `.react-flow__node [aria-label="${label}"] canvas`,
      )
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return data?.reduce((sum, value, i) => (sum + value * ((i % 251) + 1)) % 1_000_003, 0) ?? 0
    }, label)
  const position = () => page.getByRole('slider', { name: 'Play position' })
  const frame = async () => Number(await position().getAttribute('aria-valuenow'))
  const playFrom = async (at: 'Home' | 'End') => {
    await position().focus()
    await page.keyboard.press(at)
  }

  it('shows previews while it runs, then every card plays its own result', async () => {
    await page.locator('.react-flow__node img[alt$="preview"]').first().waitFor()
    // About ten seconds; a machine that does much else takes its time.
    await page.getByText('Everything is up to date').waitFor({ timeout: 100_000 })
    await eventually(() => picture('Warp')).not.toBe(0)
    await eventually(() => picture('Procedural gestures')).not.toBe(0)
  })

  it('the clip plays: frames differ and come round', async () => {
    await playFrom('Home')
    const first = await picture('Warp')
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await eventually(frame).toBeGreaterThan(10)
    await eventually(() => picture('Warp')).not.toBe(first)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
  })

  it('a picture at rest is an image of what was painted, and a canvas again while it plays', async () => {
    const shown = (what: 'canvas' | 'img') =>
      page.locator(`.react-flow__node [aria-label="Warp"] ${what}`).isVisible()
    await eventually(() => shown('img')).toBe(true)
    expect(await shown('canvas')).toBe(false)
    const differs = await page.evaluate(() => {
      const stage = document.querySelector('.react-flow__node [aria-label="Warp"]')!
      const [canvas, image] = [stage.querySelector('canvas')!, stage.querySelector('img')!]
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!
      copy.drawImage(image, 0, 0)
      const [a, b] = [copy, canvas.getContext('2d')!].map(
        (g) => g.getImageData(0, 0, canvas.width, canvas.height).data,
      )
      return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
    })
    expect(differs).toBe(0)
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await eventually(() => shown('canvas')).toBe(true)
    expect(await shown('img')).toBe(false)
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
  })

  it('a pan makes one layer of what lies on the canvas, and leaves none behind', async () => {
    const canvas = page.locator('.react-flow')
    // It lasts as long as the wheel turns: whoever asks now and then may miss it.
    const seen = await canvas.evaluateHandle((element) => {
      const list: (string | null)[] = []
      new MutationObserver(() => list.push(element.getAttribute('data-moves'))).observe(element, {
        attributeFilter: ['data-moves'],
      })
      return list
    })
    await page.mouse.move(600, 300)
    await page.mouse.wheel(12, 5)
    await eventually(() => seen.jsonValue()).toEqual(['pan', null])
  })

  it('a card that is looked at closely gets the pixels for it', async () => {
    const pixels = () =>
      page.evaluate(
        () =>
          document.querySelector<HTMLCanvasElement>('.react-flow__node [aria-label="Warp"] canvas')?.width,
      )
    const before = (await pixels())!
    const box = (await page.locator('.react-flow__node [aria-label="Warp"]').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -120)
    await eventually(pixels).toBeGreaterThan(before)
    await page.keyboard.press('f')
  })

  it('scrubbing one time axis moves them all', async () => {
    await playFrom('Home')
    const before = await Promise.all(['Warp', 'Procedural gestures'].map(picture))
    const box = await page.locator('.react-flow__node [data-time-axis="Audio"]').boundingBox()
    if (!box) throw new Error('the waveform has a time axis')
    await page.mouse.click(box.x + box.width * (44.5 / 80), box.y + box.height / 2)
    await eventually(frame).toBe(44)
    await eventually(() => picture('Warp')).not.toBe(before[0])
    await eventually(() => picture('Procedural gestures')).not.toBe(before[1])
  })

  it('the result plays in the viewer, frame by frame', async () => {
    await page.getByRole('button', { name: 'Runs', exact: true }).click()
    await page.getByRole('button', { name: 'Watch run 1' }).click()
    const time = () =>
      page.evaluate(() => document.querySelector<HTMLVideoElement>('[role=dialog] video')?.currentTime)
    await eventually(time).toBe(0)
    await page.keyboard.press('.')
    await page.keyboard.press('.')
    await eventually(time).toBeCloseTo(2.5 / 25, 3)
    await page.keyboard.press('Space')
    await eventually(time).toBeGreaterThan(0.5)
    await page.keyboard.press('Escape')
  })

  it('nothing went wrong on the page', () => expect(studio.pageErrors).toEqual([]))
})
