import path from 'node:path'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { root } from '../../support/cli'

/** Runs a file of this folder in a page, before the page's own scripts. */
export async function addScript(page: Page, file: `${string}.ts`): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'test/e2e/support', file)],
    bundle: true,
    write: false,
    format: 'iife',
  })
  await page.addInitScript({ content: outputFiles[0].text })
}
