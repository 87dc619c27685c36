/** What a canvas is made to do, and how long its frames take meanwhile. */
import type { Page } from 'playwright-core'

const FRAMES = 60

export interface Frames {
  median: number
  p95: number
}

/** Does something before each of some frames and says how long they took, ms. */
export function frames(page: Page, step: string): Promise<Frames> {
  return page.evaluate(
    async ([source, count]) => {
      const act = new Function('i', source) as (i: number) => void
      const times: number[] = []
      let last = 0
      for (let i = -5; i < count; i++) {
        act(i)
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve))
        if (i > 0) times.push(now - last)
        last = now
      }
      times.sort((a, b) => a - b)
      return { median: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)] }
    },
    [step, FRAMES] as const,
  )
}

export const WHEEL = (dx: number, dy: number, ctrl = false) => `
  const pane = document.querySelector('.react-flow__pane')
  const box = pane.getBoundingClientRect()
  const turn = i % 30 < 15 ? 1 : -1
  pane.dispatchEvent(new WheelEvent('wheel', { deltaX: turn * ${dx}, deltaY: turn * ${dy}, ctrlKey: ${ctrl}, bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, view: window }))`

export const DRAG = `
  const box = window.dragged ?? (window.dragged = (() => {
    const pane = document.querySelector('.react-flow').getBoundingClientRect()
    const card = [...document.querySelectorAll('.react-flow__node')].find((n) => { const r = n.getBoundingClientRect(); return r.left > pane.left + 200 && r.top > pane.top + 60 && r.right < pane.right - 200 && r.top < pane.bottom - 200 })
    const r = card.getBoundingClientRect()
    const at = { x: r.left + 40, y: r.top + 8 }
    const target = document.elementFromPoint(at.x, at.y)
    target.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true, clientX: at.x, clientY: at.y, view: window, button: 0 }))
    return at
  })())
  window.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, cancelable: true, clientX: box.x + 10 + ((i + 5) % 40) * 3, clientY: box.y + 10 + ((i + 5) % 40) * 2, view: window, buttons: 1 }))`

export const RELEASE = `window.dispatchEvent(new MouseEvent('mouseup', { bubbles: true, view: window })); window.dragged = undefined`

export interface FlowWindow {
  flow: { setViewport(viewport: { x: number; y: number; zoom: number }): unknown }
}

/** By the keys a person has: 100 %, then notches of the wheel with Control. */
export async function zoomOurs(page: Page, zoom: number): Promise<void> {
  await page.keyboard.press('1')
  await page.waitForTimeout(500)
  if (zoom < 1) {
    await page.evaluate((to) => {
      const pane = document.querySelector('.react-flow__pane')!
      const { left, top, width, height } = pane.getBoundingClientRect()
      // d3-zoom: 2 ^ (-deltaY · 0.002 · 10 with Control)
      const deltaY = -Math.log2(to) / 0.02
      pane.dispatchEvent(
        new WheelEvent('wheel', {
          deltaY,
          ctrlKey: true,
          bubbles: true,
          cancelable: true,
          clientX: left + width / 2,
          clientY: top + height / 2,
          view: window,
        }),
      )
    }, zoom)
  }
  await page.waitForTimeout(500)
}
