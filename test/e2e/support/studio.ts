/** A studio of its own, on a free port with an empty data folder, and a browser that looks at it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { openDataFolder } from '../../../server/storage/data-folder'
import type { AppRouter } from '../../../server/trpc/root'
import { root } from '../../support/cli'
import { addTinyPack } from '../../support/tiny-pack/tiny-pack'
import { chromiumPath, QUIET_FLAGS } from './chromium'
import { ensurePages } from './pages'

const FLAGS = [...QUIET_FLAGS, '--autoplay-policy=no-user-gesture-required']

/** A `describe` for tests that need a browser; skipped, and named so, where there is none. */
export const describeInBrowser = chromiumPath ? describe : describe.skip

export class StudioInBrowser {
  /** What the pages threw or wrote as errors to the console, over all of them. */
  readonly pageErrors: string[] = []
  private constructor(
    readonly url: string,
    readonly data: string,
    private readonly port: number,
    readonly browser: Browser,
    private child: ChildProcess,
  ) {}

  static async open(data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))): Promise<StudioInBrowser> {
    await ensurePages()
    const port = await freePort()
    const [child, browser] = await Promise.all([
      startServer(port, data),
      chromium.launch({ executablePath: chromiumPath, args: FLAGS }),
    ])
    return new StudioInBrowser(`http://127.0.0.1:${port}`, data, port, browser, child)
  }

  /** With the tiny pack, so that both stages run. */
  static openWithTinyPack(): Promise<StudioInBrowser> {
    const data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))
    addTinyPack(openDataFolder(data))
    return StudioInBrowser.open(data)
  }

  /** Typed calls to the studio, past the browser. */
  get api() {
    return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${this.url}/api/trpc` })] })
  }

  /** A page in the profile of somebody who has been here before, 1440 × 900 unless said otherwise. */
  async page(
    address = '/',
    options: BrowserContextOptions & { theme?: 'dark' | 'light'; firstVisit?: boolean } = {},
  ): Promise<Page> {
    const { theme, firstVisit = false, ...rest } = options
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, ...rest })
    if (!firstVisit) await context.addInitScript(() => localStorage.setItem('been here', 'yes'))
    if (theme) await context.addInitScript((name) => localStorage.setItem('theme', name), theme)
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => this.pageErrors.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      // What the browser says of a refused or lost request is no error of the page.
      const ofNetwork = /^(Failed to load resource|WebSocket connection)/.test(message.text())
      if (message.type() === 'error' && !ofNetwork) this.pageErrors.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(this.url + address)
    return page
  }

  /** Imports a file as the library does. @returns the id of the asset */
  async upload(name: string, bytes: Buffer): Promise<string> {
    const tus = { 'tus-resumable': '1.0.0' }
    const made = await fetch(`${this.url}/api/uploads`, {
      method: 'POST',
      headers: {
        ...tus,
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
      },
    })
    const location = new URL(made.headers.get('location') ?? '', this.url)
    await fetch(location, {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes),
    })
    const upload = location.pathname.split('/').pop() ?? ''
    return (await this.api.asset.byUpload.query({ upload })).id
  }

  /** Runs a workflow and waits for the end. @returns the id of the run */
  async runToEnd(workflow: string): Promise<string> {
    const { run } = await this.api.run.start.mutate({ workflow })
    for (;;) {
      const { summary } = (await this.api.run.get.query({ run })).snapshot
      if (summary.state === 'finished') return run
      if (summary.state === 'failed') throw new Error(summary.error?.message ?? 'the run failed')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  /** Ends the server, by default as a power cut would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = once(this.child, 'exit')
    this.child.kill(signal)
    await ended
  }

  /** Starts the server again, on the same port and data folder. */
  async start(): Promise<void> {
    this.child = await startServer(this.port, this.data)
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.kill('SIGTERM')
    rmSync(this.data, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function startServer(port: number, data: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/mmgt.js'), 'studio', '--port', String(port), '--data', data],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } },
  )
  // A hook that ran out of time knows of no studio to close.
  process.once('exit', () => child.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const read = (text: Buffer) => {
      said += text
      if (said.includes(`:${port}`)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', (code) => reject(new Error(`The studio ended with ${code}:\n${said}`)))
  })
  return child
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

/** What axe-core finds on a page that is serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // A colour on its way from one to another has a contrast that nobody reads.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  // Past the page, whose policy lets no script of others in.
  await page.evaluate(readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'))
  return page.evaluate(async () => {
    // The script above puts it there.
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
      )
  })
}

/** Polls until it holds: for what the page says elsewhere than in its own text. */
export const eventually = (read: () => unknown) => expect.poll(read)
