import type { Analysis } from '../../../server/realtime/protocol'
import { sayEstimate } from '../card/say'
import { lacksFile } from '../card/say-problem'

export interface PlanView {
  text: string
  /** Said in front, in its tone, when something keeps the workflow from running. */
  problem?: string
  /** Nodes that will run; the canvas outlines them. */
  nodes: readonly string[]
}

/**
 * What Run would do, in a few words.
 *
 * @param takesNewSeeds a seed is not locked, so that every run is another one
 */
export function planOf(
  analysis: Analysis | undefined,
  total: number,
  takesNewSeeds = false,
): PlanView | undefined {
  if (!analysis) return undefined
  if (total === 0) return { text: 'Nothing to run yet', nodes: [] }
  const nodes = [...new Set(analysis.steps.filter(({ state }) => state === 'run').map(({ node }) => node))]
  if (analysis.steps.length === 0 || (nodes.length === 0 && analysis.problems.length > 0)) {
    const nodesInTheWay = analysis.problems.flatMap(({ nodeId }) => nodeId ?? [])
    return { text: '', problem: sayProblems(analysis.problems), nodes: nodesInTheWay }
  }
  if (nodes.length === 0) {
    return { text: takesNewSeeds ? 'Will run with a new seed' : 'Everything is up to date', nodes }
  }
  const involved = new Set(analysis.steps.map(({ node }) => node)).size
  const estimate = analysis.estimateSeconds === undefined ? '' : ` · ${sayEstimate(analysis.estimateSeconds)}`
  return { text: `Will run ${nodes.length} of ${involved}${estimate}`, nodes }
}

function sayProblems(problems: Analysis['problems']): string {
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`
  const files = problems.filter(lacksFile).length
  if (files > 0) return `${count(files, 'file', 'files')} to choose`
  const inputs = problems.filter(({ code }) => code === 'graph/missing-input').length
  if (inputs > 0) return `${count(inputs, 'input', 'inputs')} missing`
  const weights = problems.filter(({ code }) => code === 'pack/missing').length
  if (weights > 0) return `${count(weights, 'node lacks', 'nodes lack')} weights`
  return problems[0]?.message ?? 'Nothing can run'
}
