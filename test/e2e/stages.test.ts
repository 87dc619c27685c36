import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chunkRange, POSE_STRIDE } from '../../nodes/core/values'
import { BlobStore } from '../../server/storage/blobs'
import { saveValue } from '../../server/storage/values'
import { root } from '../support/cli'
import { chromiumPath } from './support/chromium'
import { describeInBrowser, eventually } from './support/studio'

const SIZE = 64
const FRAMES = 40
const noSignal = { signal: new AbortController().signal, parallel: 1 }

/** Frame `f` of the clip is one grey, 3·f + 20; its mask is a square that moves, its pose a wrist that does. */
const greyOf = (frame: number) => 3 * frame + 20

async function storeValues(store: BlobStore) {
  const frameBytes = SIZE * SIZE * 3
  const clip = { fps: 25, width: SIZE, height: SIZE, frames: FRAMES }
  const video = await saveValue(
    store,
    'video',
    {
      ...clip,
      chunk: async (index) => {
        const { start, end } = chunkRange(index, FRAMES)
        const bytes = new Uint8Array((end - start) * frameBytes)
        for (let f = start; f < end; f++)
          bytes.fill(greyOf(f), (f - start) * frameBytes, (f - start + 1) * frameBytes)
        return bytes
      },
    },
    noSignal,
  )
  const mask = await saveValue(
    store,
    'mask',
    {
      ...clip,
      regions: ['hands'],
      chunk: async (_, index) => {
        const { start, end } = chunkRange(index, FRAMES)
        const planes = new Uint8Array((end - start) * SIZE * SIZE)
        for (let f = start; f < end; f++) {
          for (let y = 20; y < 40; y++)
            planes.fill(255, ((f - start) * SIZE + y) * SIZE + f, ((f - start) * SIZE + y) * SIZE + f + 20)
        }
        return planes
      },
    },
    noSignal,
  )
  const data = new Float32Array(FRAMES * POSE_STRIDE)
  for (let f = 0; f < FRAMES; f++) {
    for (let p = 0; p < 18; p++) data.set([10 + 2 * p, 20 + (p % 3) * 10, 1], f * POSE_STRIDE + 3 * p)
    data.set([20, 10 + f, 1], f * POSE_STRIDE + 3 * 4)
  }
  const pose = await saveValue(store, 'pose', { ...clip, data }, noSignal)
  const samples = Float32Array.from({ length: 16_000 * 1.6 }, (_, i) => Math.sin(i / 9) * ((i >> 11) % 2))
  const audio = await saveValue(store, 'audio', { sampleRate: 16_000, channels: [samples] }, noSignal)
  const grey = new Uint8Array(frameBytes).fill(200)
  const image = await saveValue(
    store,
    'image',
    { width: SIZE, height: SIZE, channels: 3, data: grey },
    noSignal,
  )
  return {
    video: { out: video },
    mask: { out: mask },
    pose: { out: pose },
    audio: { out: audio },
    image: { out: image },
  }
}

const wiring = {
  nodes: Object.fromEntries(['video', 'mask', 'pose', 'audio', 'image'].map((id) => [id, { type: id }])),
  edges: [
    { from: ['image', 'out'], to: ['pose', 'image'] },
    { from: ['pose', 'out'], to: ['mask', 'pose'] },
    { from: ['pose', 'out'], to: ['video', 'pose'] },
    { from: ['audio', 'out'], to: ['video', 'audio'] },
  ],
}

/** The stages, bundled, beside the artifacts they ask for. */
async function servePage(
  folder: string,
  store: BlobStore,
  values: unknown,
): Promise<{ server: Server; url: string }> {
  await build({
    entryPoints: {
      page: path.join(root, 'test/e2e/support/stage-page.tsx'),
      'decode-worker': path.join(root, 'app/_lib/values/decode-worker.ts'),
    },
    outdir: folder,
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://studio')
    const sha = /^\/api\/artifacts\/([0-9a-f]{64})$/.exec(pathname)?.[1]
    if (sha) {
      if (searchParams.get('br') === '1') response.setHeader('content-encoding', 'br')
      return void createReadStream(store.pathOf(sha)).pipe(response)
    }
    if (pathname === '/values.json') return void response.end(JSON.stringify({ wiring, values }))
    if (pathname === '/page.js' || pathname.startsWith('/decode-worker')) {
      response.setHeader('content-type', 'text/javascript')
      // A bundler that knows workers finds them by their source; here the page asks for it by that name.
      return void createReadStream(path.join(folder, pathname.replace('.ts', '.js'))).pipe(response)
    }
    response.setHeader('content-type', 'text/html')
    response.end(
      '<!doctype html><style>.relative{position:relative}.absolute{position:absolute}.inset-0{inset:0}</style><div id="root"></div><script type="module" src="/page.js"></script>',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return { server, url: `http://127.0.0.1:${address.port}` }
}

describeInBrowser('stages in a browser', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-stages-'))
  const errors: string[] = []
  let server: Server
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    const store = new BlobStore(path.join(folder, 'blobs'))
    const served = await servePage(folder, store, await storeValues(store))
    server = served.server
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
    })
    page = await browser.newPage()
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(served.url)
  })

  afterAll(async () => {
    await browser?.close()
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Red of the pixel at (x, y), shares of its canvas, as it is seen on black. */
  const pixel = (card: string, x: number, y: number) =>
    page.evaluate(
      ([card, x, y]) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`[data-card=${card}] canvas`)
        const g = canvas?.getContext('2d')
        if (!canvas || !g) return -1
        const at = [Math.floor(Number(x) * canvas.width), Math.floor(Number(y) * canvas.height)]
        const [red, , , alpha] = g.getImageData(at[0], at[1], 1, 1).data
        return Math.round((red * alpha) / 255)
      },
      [card, x, y] as const,
    )
  const frame = () => page.evaluate(() => (window as unknown as PageWindow).transport.store.getState().frame)

  it('a clip shows its exact frame, and a seek shows another', async () => {
    await eventually(() => pixel('video', 0.5, 0.5)).toBe(greyOf(0))
    await page.evaluate(() => (window as unknown as PageWindow).transport.seek(33))
    await eventually(() => pixel('video', 0.5, 0.5)).toBe(greyOf(33))
  })

  it('the mask moves with it, over the portrait that leads to the pose', async () => {
    await page.evaluate(() => (window as unknown as PageWindow).transport.seek(0))
    await eventually(() => pixel('mask', 10 / 64, 30 / 64)).not.toBe(await pixel('mask', 60 / 64, 30 / 64))
    await page.evaluate(() => (window as unknown as PageWindow).transport.seek(38))
    await eventually(
      async () => (await pixel('mask', 10 / 64, 30 / 64)) === (await pixel('mask', 10 / 64, 60 / 64)),
    ).toBe(true)
    expect(await pixel('mask', 10 / 64, 60 / 64)).toBeCloseTo(0.7 * 200, -0.5) // the portrait below it
  })

  it('pressing on the waveform moves every stage', async () => {
    const axis = page.locator('[data-card=audio] [data-time-axis]')
    const box = await axis.boundingBox()
    if (!box) throw new Error('the waveform has a time axis')
    await page.mouse.click(box.x + box.width * 0.51, box.y + 10)
    await eventually(frame).toBe(20)
    await eventually(() => pixel('video', 0.5, 0.5)).toBe(greyOf(20))
  })

  it('playing goes on by itself and comes round at the end', async () => {
    await page.evaluate(() => (window as unknown as PageWindow).transport.seek(0))
    await page.keyboard.press('Space')
    await eventually(frame).toBeGreaterThan(5)
    const before = await frame()
    await eventually(async () => (await frame()) < before).toBe(true) // 1.6 s later
    await page.keyboard.press('Space')
    const stopped = await frame()
    await eventually(() => pixel('video', 0.5, 0.5)).toBe(greyOf(stopped))
  })

  it('keys step frames and mark a range', async () => {
    await page.evaluate(() => (window as unknown as PageWindow).transport.seek(10))
    await page.keyboard.press('.')
    await page.keyboard.press('i')
    await page.keyboard.press(',')
    await page.keyboard.press(',')
    const state = await page.evaluate(() => (window as unknown as PageWindow).transport.store.getState())
    expect(state).toMatchObject({ frame: 9, in: 11, playing: false })
  })

  it('nothing was thrown', () => expect(errors).toEqual([]))
})

interface PageWindow {
  transport: typeof import('../../app/_editor/state/transport').transport
}
