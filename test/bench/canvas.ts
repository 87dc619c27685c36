/**
 * The canvas beside plain React Flow and litegraph.js, in one Chromium, with the same number of cards in the same
 * places. Frames are not held to the screen's rate, so the time from frame to frame is what a frame costs. Ours are
 * the editor's real cards with results (skeletons, masks), the peers' have a title and sockets.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { AppRouter } from '../../server/trpc/root'
import { chromiumPath, QUIET_FLAGS } from '../e2e/support/chromium'
import { ensurePages } from '../e2e/support/pages'
import { root } from '../support/cli'

const COUNTS = [100, 300, 1000]
const COLUMNS = 40
const FRAMES = 60

const FLAGS = [...QUIET_FLAGS, '--disable-frame-rate-limit', '--disable-gpu-vsync']

const place = (i: number, count: number) => {
  const columns = Math.min(COLUMNS, Math.ceil(Math.sqrt(count * 1.6)))
  return { x: (i % columns) * 280, y: Math.floor(i / columns) * 380 }
}

/** Every tenth node is a pose; the others smooth it, or draw masks of it. */
function workflow(count: number, asset: string) {
  const nodes: Record<string, object> = {}
  const edges: object[] = []
  const layout: Record<string, object> = {}
  for (let i = 0; i < count; i++) {
    const kind = i % 10 === 0 ? 'input/pose' : i % 10 < 7 ? 'pose/smooth' : 'mask/motion'
    nodes[`n${i}`] = { type: kind, version: 1, params: kind === 'input/pose' ? { asset } : {} }
    layout[`n${i}`] = place(i, count)
    if (i % 10 > 0) {
      const source = i % 10 < 8 ? i - 1 : i - (i % 10) + 6
      edges.push({ from: [`n${source}`, 'pose'], to: [`n${i}`, 'pose'] })
    }
  }
  return { schema: 1, id: 'x', name: `${count} cards`, nodes, edges, layout }
}

/** Plain React Flow with its own nodes, as its documentation begins. */
async function plainPage(folder: string): Promise<string> {
  const entry = path.join(folder, 'plain.jsx')
  writeFileSync(
    entry,
    `import { createRoot } from 'react-dom/client'
     import { useState, useCallback } from 'react'
     import { ReactFlow, applyNodeChanges, Background } from '@xyflow/react'
     import '@xyflow/react/dist/style.css'
     const count = Number(new URLSearchParams(location.search).get('count'))
     const columns = Math.min(${COLUMNS}, Math.ceil(Math.sqrt(count * 1.6)))
     const first = Array.from({ length: count }, (_, i) => ({ id: 'n' + i, position: { x: (i % columns) * 280, y: Math.floor(i / columns) * 380 }, width: 208, height: 300, data: { label: 'Node ' + i } }))
     const edges = first.flatMap((_, i) => i % 10 > 0 ? [{ id: 'e' + i, source: 'n' + (i % 10 < 8 ? i - 1 : i - (i % 10) + 6), target: 'n' + i }] : [])
     function App() {
       const [nodes, setNodes] = useState(first)
       const onNodesChange = useCallback((changes) => setNodes((now) => applyNodeChanges(changes, now)), [])
       return <ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} onInit={(flow) => { window.flow = flow }} panOnScroll minZoom={0.05}><Background /></ReactFlow>
     }
     createRoot(document.body.appendChild(Object.assign(document.createElement('div'), { style: 'width:100vw;height:100vh' }))).render(<App />)`,
  )
  await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [path.join(root, 'node_modules')],
  })
  const page = path.join(folder, 'plain.html')
  writeFileSync(
    page,
    '<!doctype html><link rel=stylesheet href=plain.css><style>body{margin:0}</style><body><script src=plain.js></script>',
  )
  return `file://${page}`
}

function litegraphPage(folder: string): string {
  const page = path.join(folder, 'litegraph.html')
  const lib = path.join(root, 'node_modules/litegraph.js')
  writeFileSync(
    page,
    `<!doctype html><link rel=stylesheet href="file://${lib}/css/litegraph.css"><style>body{margin:0}</style>
     <canvas id=c width=1440 height=900></canvas><script src="file://${lib}/build/litegraph.js"></script><script>
     const count = Number(new URLSearchParams(location.search).get('count'))
     const columns = Math.min(${COLUMNS}, Math.ceil(Math.sqrt(count * 1.6)))
     function Card() { this.addInput('pose', 'pose'); this.addOutput('pose', 'pose'); this.size = [208, 300] }
     LiteGraph.registerNodeType('bench/card', Card)
     const graph = new LGraph(); const view = new LGraphCanvas('#c', graph); window.view = view
     const nodes = Array.from({ length: count }, (_, i) => { const n = LiteGraph.createNode('bench/card'); n.pos = [(i % columns) * 280, Math.floor(i / columns) * 380]; graph.add(n); return n })
     nodes.forEach((n, i) => { if (i % 10 > 0) nodes[i % 10 < 8 ? i - 1 : i - (i % 10) + 6].connect(0, n, 0) })
     window.nodes = nodes
     </script>`,
  )
  return `file://${page}`
}

interface Frames {
  median: number
  p95: number
}

/** Does something before each of some frames and says how long they took, ms. */
function frames(page: Page, step: string): Promise<Frames> {
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

const WHEEL = (dx: number, dy: number, ctrl = false) => `
  const pane = document.querySelector('.react-flow__pane')
  const box = pane.getBoundingClientRect()
  const turn = i % 30 < 15 ? 1 : -1
  pane.dispatchEvent(new WheelEvent('wheel', { deltaX: turn * ${dx}, deltaY: turn * ${dy}, ctrlKey: ${ctrl}, bubbles: true, cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, view: window }))`

const DRAG = `
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

const RELEASE = `window.dispatchEvent(new MouseEvent('mouseup', { bubbles: true, view: window })); window.dragged = undefined`

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
  if (!chromiumPath)
    throw new Error('This bench needs Chromium or Chrome: apt install chromium, or name it in CHROME_BIN.')
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-canvas-'))
  const [plain, litegraph] = [await plainPage(folder), litegraphPage(folder)]
  const studio = await startStudio(path.join(folder, 'data'))
  const browser = await chromium.launch({ executablePath: chromiumPath, args: FLAGS })
  const rows: object[] = []
  try {
    await studio.api.workflow.create.mutate({ template: 'hello' }) // brings the shipped files
    const { assets } = await studio.api.asset.list.query()
    const asset = assets.find(({ kind }) => kind === 'pose')?.id ?? ''
    for (const count of COUNTS) {
      const id = await preparedWorkflow(studio, count, asset)
      const address = `${studio.url}/workflows/${id}`
      const warmUp = await timedOpen(browser, address, '.react-flow__node')
      await warmUp.page.context().close()
      const ours = await timedOpen(browser, address, '.react-flow__node')
      await ours.page.waitForTimeout(2_000) // pictures of the cards in sight are read
      rows.push(
        row('MMGT Studio', count, ours.ms, await measureFlow(ours.page, (zoom) => zoomOurs(ours.page, zoom))),
      )
      await ours.page.context().close()

      const peer = await timedOpen(browser, `${plain}?count=${count}`, '.react-flow__node')
      const zoomPlain = (zoom: number) =>
        peer.page.evaluate(
          (to) => void (window as unknown as FlowWindow).flow.setViewport({ x: 200, y: 100, zoom: to }),
          zoom,
        )
      rows.push(row('React Flow', count, peer.ms, await measureFlow(peer.page, zoomPlain)))
      await peer.page.context().close()

      const old = await timedOpen(browser, `${litegraph}?count=${count}`, 'canvas')
      rows.push(row('litegraph.js', count, old.ms, await measureLitegraph(old.page)))
      await old.page.context().close()
    }
  } finally {
    await browser.close()
    studio.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

interface FlowWindow {
  flow: { setViewport(viewport: { x: number; y: number; zoom: number }): unknown }
}

/** By the keys a person has: 100 %, then notches of the wheel with Control. */
async function zoomOurs(page: Page, zoom: number): Promise<void> {
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

/** The studio as `npm start` runs it. */
async function startStudio(data: string) {
  await ensurePages()
  const port = 20_000 + (process.pid % 20_000)
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/mmgt.js'), 'studio', '--port', String(port), '--data', data],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } },
  )
  await new Promise<void>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said += text
      if (said.includes(`:${port}`)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`The studio ended with ${code}:\n${said}`)))
  })
  const url = `http://127.0.0.1:${port}`
  const api = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/api/trpc` })] })
  return { url, api, close: () => child.kill('SIGTERM') }
}

type Studio = Awaited<ReturnType<typeof startStudio>>

/** A workflow whose every node has its result, so that the cards show pictures. */
async function preparedWorkflow(studio: Studio, count: number, asset: string): Promise<string> {
  const { workflow: id } = await studio.api.workflow.create.mutate({ document: workflow(count, asset) })
  await studio.api.run.start.mutate({ workflow: id })
  for (;;) {
    const { runs } = await studio.api.run.list.query({ workflow: id })
    if (runs[0]?.state === 'finished') return id
    if (runs[0]?.state === 'failed') throw new Error(runs[0].error?.message)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
