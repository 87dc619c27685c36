import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { findCases, GoldenFolder } from './harness/golden-folder'
import { runCase, whyLeftOut } from './harness/run-case'

/** Made with the original implementation; it lies beside the repository, never in it. */
const root = path.resolve(import.meta.dirname, '../../../shared/golden')
const here = existsSync(root)

if (!here)
  it.skip('agrees with the original: its numbers are not beside this clone (../shared/golden)', () => {})

for (const folder of here ? findCases(root) : []) {
  const name = path.relative(root, folder)
  const leftOut = whyLeftOut(new GoldenFolder(folder).kind)
  it.skipIf(leftOut)(`agrees with the original: ${name}${leftOut ? ` (${leftOut})` : ''}`, async () => {
    expect(await runCase(folder)).toMatchObject({ outcome: 'pass' })
  })
}
