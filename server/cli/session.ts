import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { DeviceChoice } from '../../nodes/core/devices'
import type { WorkflowDocument } from '../../nodes/core/document'
import { registry } from '../../nodes/registry'
import { Engine } from '../engine/engine'
import { markInterrupted, runFile } from '../engine/journal'
import type { RunOptions } from '../engine/run-options'
import type { RunResult } from '../engine/run-result'
import { type DataFolder, openDataFolder } from '../storage/data-folder'
import { copyAtomic, makeFolder, writeAtomic, writeError } from '../storage/files'
import { WorkerPool } from '../worker/pool'
import type { Reporter } from './reporter'

/** The bundles lie in `dist/`, next to each other. */
const here = import.meta.dirname
export const projectRoot = path.resolve(here, '..')

export interface Session {
  data: DataFolder
  engine: Engine
  reporter: Reporter
  /** Runs a document and puts its files into `out`. @returns the paths, in order of the targets */
  run(
    document: WorkflowDocument,
    opts: {
      targets?: string[]
      out: string
      fileName?: string
      /** Writes more files of the result; @returns their paths, which come before the others */
      save?: (result: RunResult) => Promise<string[]>
      /** Who is asked about the values of reviews. */
      reviews?: Pick<RunOptions, 'onAsked' | 'onOnlyAsking'>
    },
  ): Promise<string[]>
  close(): Promise<void>
}

export function openSession(opts: {
  data: string | undefined
  /** Where networks run. */
  device?: DeviceChoice
  reporter: Reporter
  signal: AbortSignal
}): Session {
  const data = openDataFolder(path.resolve(opts.data ?? path.join(projectRoot, 'data')))
  markInterrupted(data)
  const runner = new WorkerPool({
    data: data.root,
    entry: path.join(here, 'worker.js'),
    registry: path.join(here, 'registry.js'),
    device: () => opts.device ?? 'auto',
  })
  runner.warmUp() // it starts while files are imported and the run is planned
  const engine = new Engine({ data, registry, runner })
  const { reporter, signal } = opts
  return {
    data,
    engine,
    reporter,
    close: () => runner.close(),
    async run(document, { targets, out, fileName, save, reviews }) {
      await checkOutFolder(out)
      const result = await engine.run(document, {
        targets,
        signal,
        ...reviews,
        onEvent: (event) => reporter.event(event),
      })
      const paths = [...((await save?.(result)) ?? []), ...(await deliver(data, result, out, fileName))]
      reporter.delivered(paths)
      return paths
    },
  }
}

/** Before the work, not after it. @throws StudioError `storage/unwritable` */
async function checkOutFolder(out: string): Promise<void> {
  makeFolder(out)
  const trial = path.join(out, `.mmgt-write-test-${process.pid}`)
  try {
    await writeAtomic(trial, '')
  } catch (error) {
    throw writeError((error as Error).cause, out)
  }
  await rm(trial, { force: true })
}

async function deliver(
  data: DataFolder,
  result: RunResult,
  out: string,
  fileName?: string,
): Promise<string[]> {
  const paths: string[] = []
  for (const file of result.files) {
    const extension = path.extname(file.name)
    const wanted = fileName ? `${fileName}${extension}` : file.name
    const taken = paths.includes(path.join(out, wanted))
    const target = path.join(
      out,
      taken ? `${path.basename(wanted, extension)}-${file.node}${extension}` : wanted,
    )
    await copyAtomic(file.path, target)
    paths.push(target)
  }
  await deliverTables(result, out, fileName ?? result.document.name, paths)
  // A GIF cannot carry its workflow: it gets a file beside it.
  for (const file of paths.filter((name) => name.endsWith('.gif'))) {
    await writeAtomic(`${file}.workflow.json`, JSON.stringify(result.document, null, 2))
  }
  return paths.length > 0 ? paths : [runFile(data, result.run)]
}

async function deliverTables(result: RunResult, out: string, name: string, paths: string[]): Promise<void> {
  const { tableToCsv } = await import('../../nodes/lib/pose/table-csv')
  const base = name.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 80) || 'run'
  for (const [node, table] of Object.entries(result.tables)) {
    const target = path.join(out, `${base}-${node}.csv`)
    await writeAtomic(target, tableToCsv(table))
    paths.unshift(target) // the video stays the last line
  }
}
