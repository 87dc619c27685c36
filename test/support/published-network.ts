import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { PublishedNetwork } from '../../models/networks/published-network'
import { encodeModel } from '../../models/onnx/encode-model'
import type { Graph } from '../../models/onnx/graph'
import { openPublished } from '../../models/runtime/open-published'

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
    return await openPublished(file, { threads: 1 })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
