/** What it cost to make what a node measures: from the records of the jobs that made it, whenever that was. */
import type { WorkflowDocument } from '../../nodes/core/document'
import type { TableValue } from '../../nodes/core/values'
import type { CacheEntry, Work } from '../storage/cache'
import { PREPARED, type Step } from './plan'

export interface CostSource {
  /** Every step behind the node. */
  steps: ReadonlyMap<string, Step>
  document: WorkflowDocument
  find(key: string): CacheEntry | undefined
}

type Row = TableValue['rows'][number]

interface NodeWork {
  title: string
  /** Undefined: it is not known any more. */
  work: Work[] | undefined
}

/** Nodes with rows of their own, the costliest; the others are in the totals. */
const MOST_NODES = 12

/**
 * Rows for the table of a node whose definition says what it `measures`: time, peak memory and devices of all nodes
 * behind those inputs, and the share of each when one thing is measured. None for other nodes.
 */
export function costRows(step: Step, source: CostSource): Row[] {
  const measured = Object.entries<readonly string[]>(step.definition.measures ?? {})
  return measured.flatMap(([name, inputs]) => {
    const nodes = nodesBehind(step, inputs, source)
    if (nodes.length === 0) return []
    return [...totals(name, nodes), ...(measured.length === 1 ? shares(name, nodes) : [])]
  })
}

export const titleOf = ({ node, definition }: Step, document: WorkflowDocument): string =>
  document.nodes[node].title ?? definition.title

/** Without reviews, which only hand on. */
function nodesBehind(
  step: Step,
  inputs: readonly string[],
  { steps, document, find }: CostSource,
): NodeWork[] {
  const byNode = new Map<string, NodeWork>()
  const seen = new Set<string>()
  const queue = inputs.flatMap((input) => (step.inputs[input] ? [step.inputs[input].step] : []))
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const each = steps.get(at)
    if (!each || seen.has(at)) continue
    seen.add(at)
    queue.push(...Object.values(each.inputs).map((input) => input.step), `${at}${PREPARED}`)
    if (each.handsOn !== undefined) continue
    const { node, kind } = each
    const title = titleOf(each, document)
    const known = byNode.get(node) ?? { title, work: [] }
    const work = find(each.key)?.work
    // A preparation that is gone takes nothing away from what the node itself is known to have taken.
    if (work) known.work?.push(...work)
    else if (kind === 'node') known.work = undefined
    byNode.set(node, known)
  }
  return withDistinctTitles([...byNode])
}

function withDistinctTitles(nodes: readonly (readonly [string, NodeWork])[]): NodeWork[] {
  const titles = nodes.map(([, { title }]) => title)
  const isShared = (title: string) => titles.indexOf(title) !== titles.lastIndexOf(title)
  return nodes.map(([id, { title, work }]) => ({ title: isShared(title) ? `${title} (${id})` : title, work }))
}

function totals(name: string, nodes: readonly NodeWork[]): Row[] {
  const work = nodes.flatMap((node) => node.work ?? [])
  const unknown = nodes.flatMap(({ title, work }) => (work ? [] : [title]))
  const missing = unknown.length > 0 ? `. Not known any more: ${unknown.join(', ')}` : ''
  const known = work.length > 0
  const devices = [...new Set(work.flatMap(({ device }) => device.split(', ')))].sort()
  return [
    row('time to make', name, known ? busySeconds(work) : null, 's', `${BUSY}${missing}`, 'lower'),
    row('peak memory', name, known ? peakMegabytes(work) : null, 'MB', `${PEAK}${missing}`, 'lower'),
    row(
      'device',
      name,
      known ? devices.join(', ') : null,
      '',
      `Where the networks of these nodes ran, else cpu${missing}`,
    ),
  ]
}

function shares(name: string, nodes: readonly NodeWork[]): Row[] {
  const known = nodes.flatMap(({ title, work }) => (work && work.length > 0 ? [{ title, work }] : []))
  const costliest = known.sort((a, b) => busySeconds(b.work) - busySeconds(a.work)).slice(0, MOST_NODES)
  return costliest.flatMap(({ title, work }) => {
    const device = [...new Set(work.map((each) => each.device))].join(', ')
    return [
      row(`time, ${title}`, name, busySeconds(work), 's', `On ${device}, when it was computed`, 'lower'),
      row(`peak memory, ${title}`, name, peakMegabytes(work), 'MB', PEAK, 'lower'),
    ]
  })
}

const BUSY =
  'While at least one of the nodes behind it was at work; results that were reused say what they took when they were made'
const PEAK =
  'The most that the worker process held meanwhile, for whatever else it did, too; on Linux without weights that stay pages of their file'

const row = (
  metric: string,
  region: string,
  value: Row[string],
  unit: string,
  note: string,
  better = '',
): Row => ({ metric, region, value, unit, note, better })

const peakMegabytes = (work: readonly Work[]) => Math.max(...work.map(({ memoryBytes }) => memoryBytes)) / 1e6

/** Time that several jobs shared counts once. */
function busySeconds(work: readonly Work[]): number {
  const spans = work
    .map(({ endedAt, seconds }) => ({ from: endedAt - 1000 * seconds, to: endedAt }))
    .sort((a, b) => a.from - b.from)
  let milliseconds = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { from, to } of spans) {
    milliseconds += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return milliseconds / 1000
}
