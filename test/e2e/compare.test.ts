import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { encodeVideo } from '../../nodes/lib/media/encode-video'
import { greyVideo } from '../support/media'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const node = (type: string, params: Record<string, unknown> = {}) => ({ type, version: 1, params })

describeInBrowser('two videos', () => {
  let studio: StudioInBrowser
  let page: Page
  let workflow: string
  const clip = async (level: number) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-clip-'))
    const file = path.join(folder, 'clip.mp4')
    const video = greyVideo(25, { level: () => level })
    const usual = { quality: 18, speed: 'fast', gifFps: 12.5, gifWidth: 480 } as const
    await encodeVideo(video, { file, format: 'mp4', ...usual })
    const bytes = readFileSync(file)
    rmSync(folder, { recursive: true })
    return bytes
  }

  beforeAll(async () => {
    studio = await StudioInBrowser.open()
    const dark = await studio.upload('dark.mp4', await clip(40))
    workflow = await create({ a: node('input/video', { asset: dark }), both: node('video/compare') }, ['a'])
    page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node-card').nth(1).waitFor()
  })
  afterAll(() => studio?.close())

  /** A workflow of these nodes, whose videos go into the comparison. */
  const create = async (nodes: Record<string, unknown>, compared: string[]) => {
    const edges = compared.map((id) => ({ from: [id, 'video'], to: ['both', id] }))
    const layout = { a: { x: 0, y: 0 }, b: { x: 0, y: 500 }, both: { x: 400, y: 0 } }
    const document = { schema: 1, id: 'x', name: 'Two', nodes, edges, layout }
    return (await studio.api.workflow.create.mutate({ document })).workflow
  }
  const stored = async () => (await studio.api.workflow.get.query({ workflow })).document as WorkflowDocument
  const border = () => page.getByRole('slider', { name: 'Border between A and B of Compare' })
  /** Brightness at a place of the picture, 0…1 across. */
  const levelAt = (across: number) =>
    page.evaluate((across) => {
      const canvas = document.querySelector<HTMLCanvasElement>('[aria-label="Compare"] canvas')
      const g = canvas?.getContext('2d')
      if (!canvas || !g) return -1
      return g.getImageData(Math.floor(canvas.width * across), canvas.height >> 1, 1, 1).data[0]
    }, across)

  it('a video that is dropped becomes a node that reads it', async () => {
    const bytes = [...(await clip(200))]
    await page.evaluate((bytes) => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(bytes)], 'bright.mp4', { type: 'video/mp4' }))
      const target = document.querySelector('.react-flow__pane')
      const { left, top, height } = target!.getBoundingClientRect()
      const at = { clientX: left + 160, clientY: top + height - 200, bubbles: true, cancelable: true }
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        target!.dispatchEvent(new DragEvent(kind, { ...at, dataTransfer: data }))
      }
    }, bytes)
    await eventually(() => page.locator('.react-flow__node-card').count()).toBe(3)
    await eventually(async () => Object.keys((await stored()).nodes).length).toBe(3)
    const made = Object.entries((await stored()).nodes).find(([id]) => id !== 'a' && id !== 'both')!
    expect(made[1].type).toBe('input/video')

    const { a, both } = (await stored()).nodes
    const bright = made[1].params.asset
    workflow = await create({ a, b: node('input/video', { asset: bright }), both }, ['a', 'b'])
    page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node-card').nth(2).waitFor()
  })

  it('are shown over one another once they have run, with a border to drag', async () => {
    await page.keyboard.press('Control+Enter')
    await border().waitFor()
    await eventually(() => levelAt(0.6)).toBeGreaterThan(180) // a canvas is black before it is painted
    expect(await levelAt(0.4)).toBeLessThan(60)

    const drag = async () => {
      const box = (await border().boundingBox())! // cards may still be finding their size
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 })
      await page.mouse.up()
      return border().getAttribute('aria-valuenow')
    }
    await eventually(drag).toBe('80')
    await eventually(() => levelAt(0.6)).toBeLessThan(60)
  })

  it('the border follows the arrow keys', async () => {
    await border().focus()
    await page.keyboard.press('Home')
    await eventually(() => levelAt(0.4)).toBeGreaterThan(180)
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('ArrowRight')
    await eventually(() => border().getAttribute('aria-valuenow')).toBe('12')
  })

  it('lie side by side, or as their difference, with figures over them', async () => {
    await page.getByRole('button', { name: 'Beside' }).click()
    await eventually(() => levelAt(0.25)).toBeLessThan(60)
    expect(await levelAt(0.75)).toBeGreaterThan(180)
    await page.getByRole('button', { name: 'Difference' }).click()
    await eventually(() => levelAt(0.5)).toBe(255)
    await page.getByRole('button', { name: 'Figures' }).click()
    await page.getByRole('row', { name: /SSIM/ }).waitFor()
    expect(await seriousFindings(page)).toEqual([])
  })

  it('what was measured of both is compared without a mouse, and the focus comes back', async () => {
    const { nodes } = await stored()
    const [a, b] = Object.keys(nodes).filter((id) => id !== 'both')
    const measure = { ofA: node('video/metrics'), ofB: node('video/metrics') }
    const edges = [
      { from: [a, 'video'], to: ['ofA', 'video'] },
      { from: [b, 'video'], to: ['ofB', 'video'] },
    ]
    const layout = {
      [a]: { x: 0, y: 0 },
      [b]: { x: 0, y: 500 },
      ofA: { x: 400, y: 0 },
      ofB: { x: 400, y: 500 },
    }
    const document = { schema: 1, id: 'x', name: 'Measured', edges, layout, nodes: { ...nodes, ...measure } }
    const measured = (await studio.api.workflow.create.mutate({ document })).workflow
    await studio.runToEnd(measured)
    page = await studio.page(`/workflows/${measured}`)
    const card = page.locator('.react-flow__node').first()
    await card.waitFor()
    await card.focus()

    await page.keyboard.press('Control+k')
    await page.keyboard.type('compare figures')
    await eventually(() => page.getByRole('option').first().textContent()).toContain('Compare figures')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Compare figures' })
    const references = dialog.getByRole('button', { name: 'Reference' })
    await eventually(() => references.count()).toBe(2)
    const cells = dialog.getByRole('row', { name: 'Frame difference' }).getByRole('cell')
    expect(await references.nth(0).getAttribute('aria-pressed')).toBe('true')
    await references.nth(1).focus()
    await page.keyboard.press('Enter')
    await eventually(() => references.nth(1).getAttribute('aria-pressed')).toBe('true')
    expect(await references.nth(0).getAttribute('aria-pressed')).toBe('false')
    expect(await cells.count()).toBe(2)
    expect(await seriousFindings(page)).toEqual([])

    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const hasFocus = () => card.evaluate((element) => element === element.ownerDocument.activeElement)
    await eventually(hasFocus).toBe(true)
  })

  it('nothing went wrong on the page', () => expect(studio.pageErrors).toEqual([]))
})
