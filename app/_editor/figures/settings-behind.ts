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
  const behind = results.map(({ document, node }) => upstreamOf(document, node))
  const isCommon = (id: string) => behind.every(({ nodes }) => nodes[id])
  const columns = behind.map((document, i) => {
    const { node } = results[i]
    return settingsBehind(document, keysOf(document, node, isCommon), node, definitions, assetName)
  })
  const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  return keys.flatMap((key) => {
    const all = columns.map((column) => column.get(key))
    const [node] = key.split('\n')
    // Of a node that only some have, that it is there says enough; what measures stands above the column.
    const isWhole = key === node && !node.startsWith(MEASURING)
    if (!isWhole && columns.some((column) => !column.has(node))) return []
    const values = all.map((entry) => entry?.text)
    if (new Set(values).size < 2) return []
    return [{ id: key, title: all.find((entry) => entry)!.title, values }]
  })
}

/**
 * Under which keys nodes of several results are the same one: their id, or, in branches beside each other, what they do
 * there: `pose audio input/audio` gives the sound to what gives the pose. Measuring nodes of one type are the same one.
 */
function keysOf(
  { nodes, edges }: WorkflowDocument,
  measuring: string,
  isCommon: (id: string) => boolean,
): Map<string, string> {
  const roles = new Map([[measuring, '']])
  for (const [id, role] of roles) {
    for (const { from, to } of edges) {
      if (to[0] === id && !roles.has(from[0])) roles.set(from[0], `${role} ${to[1]}`)
    }
  }
  const keyOf = (id: string) => (isCommon(id) ? id : `${roles.get(id)} ${nodes[id].type}`)
  return new Map(
    Object.keys(nodes).map((id) => [id, id === measuring ? `${MEASURING} ${nodes[id].type}` : keyOf(id)]),
  )
}

/** Node, then node and param → what it is called and set to. */
function settingsBehind(
  document: WorkflowDocument,
  keys: ReadonlyMap<string, string>,
  measuring: string,
  definitions: Definitions,
  assetName: AssetName,
): Map<string, { title: string; text: string }> {
  const found = new Map<string, { title: string; text: string }>()
  for (const [id, { type, title, params, mode }] of Object.entries(document.nodes)) {
    const definition = definitions.get(type)
    const key = keys.get(id)
    if (!definition || key === undefined) continue
    const name = id === measuring ? definition.title : (title ?? definition.title)
    found.set(key, { title: name, text: mode === 'on' ? 'Used' : 'Switched off' })
    for (const { label, text } of paramLines(definition, params, assetName)) {
      found.set(`${key}\n${label}`, { title: `${name}: ${label.toLowerCase()}`, text })
    }
  }
  return found
}

const MEASURING = ' measuring'
