import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { registry } from '../../nodes/registry'
import { Engine } from '../../server/engine/engine'
import { openDataFolder } from '../../server/storage/data-folder'
import { WorkerPool } from '../../server/worker/pool'
import { bundle, examples } from './cli'

/** The engine with the real nodes in a worker from `dist/`, as the command line has it. */
export function openStudio(folder: string, threads?: number) {
  const data = openDataFolder(folder)
  const dist = path.dirname(bundle)
  const runner = new WorkerPool({
    data: data.root,
    entry: path.join(dist, 'worker.js'),
    registry: path.join(dist, 'registry.js'),
    threads: threads === undefined ? undefined : () => threads,
  })
  return { data, runner, engine: new Engine({ data, registry, runner }) }
}

export type Studio = ReturnType<typeof openStudio>

/** A shipped workflow, its assets in the data folder. */
export async function exampleWorkflow({ data }: Studio, name: string): Promise<WorkflowDocument> {
  const read = (file: string) => JSON.parse(readFileSync(path.join(examples, file), 'utf8'))
  const document = parseDocument(read(`${name}.workflow.json`))
  const files: Record<string, string> = read('manifest.json')
  for (const { params } of Object.values(document.nodes)) {
    const file = files[params.asset as string]
    if (file) await data.assets.import(path.join(examples, file))
  }
  return document
}
