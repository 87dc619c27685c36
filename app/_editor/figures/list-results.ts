import type { WorkflowDocument } from '../../../nodes/core/document'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import type { TableValue } from '../../../nodes/core/values'
import { readTable } from '../../_lib/values/load-values'
import type { Definitions } from '../state/definitions'
import type { NodeRunView } from '../state/node-run-view'

/** Something measured that can be a column: what a node of the open workflow has now, or what one had in a run. */
export interface ListedResult {
  id: string
  node: string
  /** Of the node. */
  title: string
  /** Of the node, where that is known. */
  type?: string
  /** Undefined: as it is now. */
  run?: RunSummary
  /** Of a node as it is now; undefined when it has measured nothing yet. */
  table?: TableValue
  /** What it has is of an earlier state of the workflow, and no column. */
  stale?: boolean
}

export const nowId = (node: string) => `now ${node}`
export const runResultId = (run: string, node: string) => `${run} ${node}`

/** Nodes of the open workflow that measure, in the order of the document. */
export function resultsNow(
  nodes: WorkflowDocument['nodes'],
  definitions: Definitions,
  views: Readonly<Record<string, NodeRunView>>,
): ListedResult[] {
  const results = Object.entries(nodes).flatMap(([node, { type, title }]) => {
    const definition = definitions.get(type)
    const outputs = Object.entries(definition?.outputs ?? {})
    const [output] = outputs.find(([, socket]) => socket.type === 'table') ?? []
    if (!definition || output === undefined) return []
    const { values, costs, stale: isOld } = views[node] ?? {}
    const stale = isOld && values?.[output] !== undefined
    // Figures of an earlier state would stand under settings that did not make them; the run that made them is listed.
    const value = stale ? undefined : values?.[output]
    const table = value && readTable(value)
    const whole = table && { ...table, rows: [...table.rows, ...(costs ?? [])] }
    return [{ id: nowId(node), node, type, title: title ?? definition.title, table: whole, stale }]
  })
  return withDistinctTitles(results)
}

/** What runs have measured, newest first. */
export const resultsOfRuns = (runs: readonly RunSummary[]): ListedResult[] =>
  runs.flatMap((run) =>
    withDistinctTitles(
      (run.figures ?? []).map(({ node, title }) => ({ id: runResultId(run.id, node), node, title, run })),
    ),
  )

/** Two nodes of the same title are told apart by their ids. */
function withDistinctTitles<R extends ListedResult>(results: readonly R[]): R[] {
  const isShared = (title: string) => results.filter((each) => each.title === title).length > 1
  return results.map((each) =>
    isShared(each.title) ? { ...each, title: `${each.title} (${each.node})` } : each,
  )
}

/** More columns than this are chosen by hand. */
const FIRST_COLUMNS = 4

/**
 * What is worth seeing beside each other at first: what a node measures now, other nodes of its kind, and the runs
 * before. The newest run is left out where it says the same.
 *
 * @param focus the node whose figures somebody wants to see; the first that has some unless given
 */
export function firstChoice(
  now: readonly ListedResult[],
  ofRuns: readonly ListedResult[],
  focus?: string,
): string[] {
  const measured = now.filter(({ table }) => table)
  const node = focus ?? measured[0]?.node ?? ofRuns[0]?.node
  const current = measured.find((each) => each.node === node)
  const alike = measured.filter((each) => each.node !== node && each.type === current?.type)
  const before = ofRuns.filter((each) => each.node === node).slice(current ? 1 : 0)
  return [...(current ? [current] : []), ...alike, ...before].slice(0, FIRST_COLUMNS).map(({ id }) => id)
}

/** How a result is called where there is one of it: `Run 12, Measure`. */
export const labelOf = ({ run, title }: ListedResult): string =>
  run ? `Run ${run.number}, ${title}` : `Now, ${title}`
