import { canonicalJson } from '../../../nodes/core/canonical'
import type { WorkflowDocument } from '../../../nodes/core/document'
import { edgeKey } from '../../../nodes/core/live-document'
import { words } from '../card/say'

/** What restoring `then` would do to `now`, one line each: nodes, params, edges, then where things lie. */
export function compareDocuments(
  now: WorkflowDocument,
  then: WorkflowDocument,
  titleOf: (type: string) => string,
): string[] {
  const changes: string[] = []
  const name = (document: WorkflowDocument, id: string) =>
    document.nodes[id]?.title ?? titleOf(document.nodes[id]?.type ?? id)
  if (now.name !== then.name) changes.push(`Name: ${now.name} → ${then.name}`)
  for (const id of Object.keys(then.nodes)) if (!now.nodes[id]) changes.push(`Adds ${name(then, id)}`)
  for (const id of Object.keys(now.nodes)) if (!then.nodes[id]) changes.push(`Removes ${name(now, id)}`)
  for (const [id, before] of Object.entries(now.nodes)) {
    const after = then.nodes[id]
    if (!after) continue
    if (before.mode !== after.mode) changes.push(`${name(now, id)}: ${before.mode} → ${after.mode}`)
    if (before.title !== after.title) changes.push(`${name(now, id)} is called ${name(then, id)}`)
    if (before.note !== after.note) changes.push(`${name(now, id)} has another note`)
    for (const key of new Set([...Object.keys(before.params), ...Object.keys(after.params)])) {
      const [a, b] = [before.params[key], after.params[key]]
      if (canonicalJson(a ?? null) !== canonicalJson(b ?? null)) {
        changes.push(`${name(now, id)}, ${words(key).toLowerCase()}: ${say(a)} → ${say(b)}`)
      }
    }
  }
  const wires = (document: WorkflowDocument) =>
    new Map(document.edges.map(({ from, to }) => [edgeKey(to), from.join('.')]))
  const [a, b] = [wires(now), wires(then)]
  const edges = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).length
  if (edges > 0) changes.push(`${edges} ${edges === 1 ? 'edge differs' : 'edges differ'}`)
  const places = (document: WorkflowDocument) =>
    canonicalJson([document.layout, document.groups, document.notes])
  if (changes.length === 0 && places(now) !== places(then))
    changes.push('Only places, groups or notes differ')
  return changes
}

function say(value: unknown): string {
  if (value === undefined) return 'default'
  if (Array.isArray(value))
    return value.every((each) => typeof each !== 'object') ? value.join(', ') : `${value.length} layers`
  if (typeof value === 'string' && value.startsWith('sha256:')) return 'another file'
  return String(value).slice(0, 40)
}
