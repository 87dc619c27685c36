import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { parseDocument } from '../nodes/core/document'
import { buildGraph } from '../nodes/core/graph'
import { exampleAssets, exampleWorkflows } from '../nodes/examples/workflows'
import { registry } from '../nodes/registry'

const folder = path.resolve(import.meta.dirname, '../nodes/examples')
const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
const assets = exampleAssets(folder)

it('the manifest names every shipped file by its content', () => {
  expect(Object.keys(assets).length).toBeGreaterThanOrEqual(8)
  expect(read('manifest.json')).toEqual(
    Object.fromEntries(Object.entries(assets).map(([name, id]) => [id, name])),
  )
})

it.each(Object.entries(exampleWorkflows((file) => assets[file])))(
  '%s is what the script writes, and nothing is in its way',
  (name, made) => {
    const file = `${name}.workflow.json`
    expect(existsSync(path.join(folder, file))).toBe(true)
    expect(read(file)).toEqual(JSON.parse(JSON.stringify(made)))
    expect(buildGraph(parseDocument(read(file)), registry).problems).toEqual([])
  },
)
