import { upstreamOf, type WorkflowDocument } from '../../../nodes/core/document'
import { paramLines } from '../../_share/param-text'
import type { Definitions } from '../state/definitions'

/** A setting with which results were made, by the text of its value; undefined where the node is not there. */
export interface Setting {
  id: string
  /** `Procedural gestures: Seed` */
  title: string
  values: (string | undefined)[]
}

type AssetName = (id: string) => string | undefined

interface Made {
  document: WorkflowDocument
  node: string
}

/** Settings of the nodes behind several results that are not the same in all of them: what was tried. */
export function differingSettings(
  results: readonly Made[],
  definitions: Definitions,
  assetName: AssetName,
): Setting[] {
  const columns = results.map(({ document, node }) => settingsBehind(document, node, definitions, assetName))
  const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  return keys.flatMap((key) => {
    const all = columns.map((column) => column.get(key))
    const [node] = key.split('\n')
    // Of a node that only some have, that it is there says enough.
    if (key !== node && columns.some((column) => !column.has(node))) return []
    const values = all.map((entry) => entry?.text)
    if (new Set(values).size < 2) return []
    return [{ id: key, title: all.find((entry) => entry)!.title, values }]
  })
}

/**
 * Node, then node and param → what it is called and set to. The measuring node itself is the same one in all columns,
 * whatever its id.
 */
function settingsBehind(
  document: WorkflowDocument,
  node: string,
  definitions: Definitions,
  assetName: AssetName,
): Map<string, { title: string; text: string }> {
  const found = new Map<string, { title: string; text: string }>()
  for (const [id, { type, title, params, mode }] of Object.entries(upstreamOf(document, node).nodes)) {
    const definition = definitions.get(type)
    if (!definition) continue
    const key = id === node ? MEASURING : id
    const name = id === node ? definition.title : (title ?? definition.title)
    found.set(key, { title: name, text: mode === 'on' ? 'Used' : 'Switched off' })
    for (const { label, text } of paramLines(definition, params, assetName)) {
      found.set(`${key}\n${label}`, { title: `${name}: ${label.toLowerCase()}`, text })
    }
  }
  return found
}

const MEASURING = ' measuring'
