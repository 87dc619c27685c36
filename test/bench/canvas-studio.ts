/** The studio that the bench of the canvas looks at, and workflows whose cards have results. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { chromium } from 'playwright-core'
import type { AppRouter } from '../../server/trpc/root'
import { chromiumPath, QUIET_FLAGS } from '../e2e/support/chromium'
import { ensurePages } from '../e2e/support/pages'
import { root } from '../support/cli'

export const COLUMNS = 40

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

/** Frames come as fast as they are made. */
const FLAGS = [...QUIET_FLAGS, '--disable-frame-rate-limit', '--disable-gpu-vsync']

/** A studio with the shipped files and a browser, with a folder that goes with them. */
export async function openBench() {
  if (!chromiumPath)
    throw new Error('This bench needs Chromium or Chrome: apt install chromium, or name it in CHROME_BIN.')
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-canvas-'))
  const studio = await startStudio(path.join(folder, 'data'))
  const browser = await chromium.launch({ executablePath: chromiumPath, args: FLAGS })
  await studio.api.workflow.create.mutate({ template: 'hello' }) // brings the shipped files
  const close = async () => {
    await browser.close()
    studio.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, studio, browser, close }
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
export async function preparedWorkflow(studio: Studio, count: number): Promise<string> {
  const { assets } = await studio.api.asset.list.query()
  const asset = assets.find(({ kind }) => kind === 'pose')?.id ?? ''
  const { workflow: id } = await studio.api.workflow.create.mutate({ document: workflow(count, asset) })
  await studio.api.run.start.mutate({ workflow: id })
  for (;;) {
    const { runs } = await studio.api.run.list.query({ workflow: id })
    if (runs[0]?.state === 'finished') return id
    if (runs[0]?.state === 'failed') throw new Error(runs[0].error?.message)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
