import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Of all tests of a run, for what takes long to make and no test changes; `global-setup.ts` makes and removes it. */
const folder = process.env.MMGT_TEST_SHARED ?? mkdtempSync(path.join(tmpdir(), 'mmgt-shared-'))

/** The tiny pack. */
export const tinyPackFolder = path.join(folder, 'tiny')

const graphs = path.join(folder, 'graphs')
mkdirSync(graphs, { recursive: true })

/**
 * The folder of networks in a data folder that has none yet. Graphs that onnxruntime has optimised, which takes most of
 * the time of a tiny network, are those of all tests.
 */
export function networksIn(data: string): string {
  const networks = path.join(data, 'networks')
  mkdirSync(networks, { recursive: true })
  symlinkSync(graphs, path.join(networks, 'graphs'))
  return networks
}
