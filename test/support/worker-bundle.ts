import { rmSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'

const root = path.resolve(import.meta.dirname, '../..')
const bundles = new Map<string, Promise<string>>()

/** The worker and the nodes of `support/nodes.ts` (or another list) as real bundles, because a worker is a real process. */
export function workerBundle(nodes = 'nodes'): Promise<string> {
  const known = bundles.get(nodes)
  if (known) return known
  const bundle = (async () => {
    const outdir = path.join(root, 'node_modules', '.cache', `mmgt-test-${process.pid}-${nodes}`)
    await build({
      absWorkingDir: root,
      entryPoints: {
        worker: 'server/worker/main.ts',
        executor: 'server/worker/executor.ts',
        analyst: 'server/runs/analyst-thread.ts',
        registry: `test/support/${nodes}.ts`,
      },
      outdir,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      logLevel: 'error',
    })
    process.once('exit', () => rmSync(outdir, { recursive: true, force: true }))
    return outdir
  })()
  bundles.set(nodes, bundle)
  return bundle
}
