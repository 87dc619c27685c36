import type { CatalogEntry } from '../../../nodes/core/catalog'
import { upstreamOf, type WorkflowDocument } from '../../../nodes/core/document'
import { type ParamModel, paramsOf } from '../inspector/param-schema'
import { flowOrder } from '../state/flow-order'

export interface FormField {
  node: string
  /** Its label names the node too, where another field is called the same. */
  param: ParamModel
}

export interface FormGroup {
  node: string
  title: string
  params: ParamModel[]
}

export type Definition = (type: string) => CatalogEntry | undefined
type Graph = Pick<WorkflowDocument, 'nodes' | 'edges'> & { form?: readonly string[] }

/** As many are shown when nobody has chosen. */
const MOST = 8
/** Of each node, where no definition marks any. */
const OF_A_NODE = 2

/** As the document lists what its form shows. */
export const fieldKey = (node: string, param: string): string => `${node}.${param}`

/** Files have cards of their own, edits have editors. */
const isSetting = ({ kind }: ParamModel): boolean =>
  kind.is !== 'asset' && kind.is !== 'fit' && kind.is !== 'layers' && kind.is !== 'data'

/** Nodes that give files. */
export const deliveringNodes = ({ nodes }: Graph, definitionOf: Definition): string[] =>
  Object.keys(nodes).filter((id) =>
    Object.values(definitionOf(nodes[id].type)?.outputs ?? {}).some(({ type }) => type === 'file'),
  )

/** Nodes that lead to what the workflow delivers, in the order of the data; all of them when it delivers nothing. */
export function nodesOnTheWay(graph: Graph, definitionOf: Definition): string[] {
  const delivers = deliveringNodes(graph, definitionOf)
  const document = { ...graph, layout: {} } as WorkflowDocument
  const reached = new Set(delivers.flatMap((id) => Object.keys(upstreamOf(document, id).nodes)))
  return flowOrder(graph.nodes, graph.edges).filter(
    (id) => (reached.size === 0 || reached.has(id)) && graph.nodes[id].mode === 'on',
  )
}

/** All settings of the nodes that lead to the result. */
export function formGroups(graph: Graph, definitionOf: Definition): FormGroup[] {
  return nodesOnTheWay(graph, definitionOf).flatMap((node) => {
    const { type, title } = graph.nodes[node]
    const definition = definitionOf(type)
    const params = definition ? paramsOf(definition).filter(isSetting) : []
    return params.length > 0 ? [{ node, title: title ?? definition?.title ?? type, params }] : []
  })
}

/**
 * What the form shows, and the usual settings beside it. Shown is what the workflow's author has chosen; as long as
 * nobody has, what the definitions mark.
 */
export function formFields(
  graph: Graph,
  definitionOf: Definition,
): { shown: FormField[]; more: FormGroup[] } {
  const groups = formGroups(graph, definitionOf)
  const keys = new Set(graph.form ?? usualKeys(graph, groups, definitionOf))
  const isShown = (node: string, { key }: ParamModel) => keys.has(fieldKey(node, key))
  const shown = groups.flatMap(({ node, title, params }) =>
    params.filter((param) => isShown(node, param)).map((param) => ({ node, title, param })),
  )
  const more = groups
    .map((group) => ({
      ...group,
      params: group.params.filter((param) => !param.advanced && !isShown(group.node, param)),
    }))
    .filter(({ params }) => params.length > 0)
  return { shown: shown.map((field) => named(field, shown)), more }
}

/** What is marked on the way; where nothing is, the first settings of every node that works there. */
function usualKeys(graph: Graph, groups: FormGroup[], definitionOf: Definition): string[] {
  const choose = (fits: (param: ParamModel, group: FormGroup) => boolean, most: number) =>
    groups.flatMap((group) =>
      group.params
        .filter((param) => fits(param, group))
        .slice(0, most)
        .map(({ key }) => fieldKey(group.node, key)),
    )
  const entryOf = ({ node }: FormGroup) => definitionOf(graph.nodes[node].type)
  const marked = choose(({ key }, group) => entryOf(group)?.widgets[key]?.form === true, MOST)
  const works = (group: FormGroup) => {
    const { inputs = {}, outputs = {} } = entryOf(group) ?? {}
    const gives = Object.values(outputs).map(({ type }) => type)
    return Object.keys(inputs).length > 0 && !gives.includes('file') && !gives.includes('any')
  }
  const isSimple = ({ advanced, kind }: ParamModel) => !advanced && kind.is !== 'rows' && kind.is !== 'text'
  const keys =
    marked.length > 0 ? marked : choose((param, group) => works(group) && isSimple(param), OF_A_NODE)
  return keys.slice(0, MOST)
}

function named(
  { node, title, param }: FormField & { title: string },
  shown: readonly FormField[],
): FormField {
  const isAlone = shown.filter(({ param: { label } }) => label === param.label).length === 1
  return { node, param: isAlone ? param : { ...param, label: `${param.label}, ${title}` } }
}
