import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { PublishedNetwork } from '../../models/networks/published-network'
import { encodeModel } from '../../models/onnx/encode-model'
import type { Graph } from '../../models/onnx/graph'
import { SessionPool } from '../../models/runtime/session-pool'

/** The ONNX file of a graph of ours, without weights, for the place of one that somebody published. */
export const standInFile = (graph: Graph): Uint8Array =>
  encodeModel(graph, ({ key }) => {
    throw new Error(`A stand-in has no weights, this one has ${key}.`)
  })

/** A graph of ours in the place of a network that somebody published as ONNX. */
export async function standIn(graph: Graph): Promise<PublishedNetwork> {
  const bytes = standInFile(graph)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stand-in-'))
  try {
    const file = path.join(folder, `${graph.name}.onnx`)
    writeFileSync(file, bytes)
    return await new SessionPool({ device: 'cpu', budgetBytes: 1e9, threads: 1 }).published(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
