import type { WorkflowDocument } from '../../../nodes/core/document'
import { type ParamModel, paramsOf } from '../inspector/param-schema'
import { type Definition, nodesOnTheWay } from './form-fields'

/** A file that the workflow is made from. */
export interface FormInput {
  node: string
  /** What it is to the nodes that read it: “Portrait”, “Speech”. */
  label: string
  /** The param that holds it. */
  param: ParamModel
  kind: FileKind
}

const KINDS = ['image', 'audio', 'video', 'pose', 'mask'] as const
export type FileKind = (typeof KINDS)[number]

/** Pictures come first, then sounds, then the rest. */
export function formInputs(
  graph: Pick<WorkflowDocument, 'nodes' | 'edges'>,
  definitionOf: Definition,
): FormInput[] {
  const order = nodesOnTheWay(graph, definitionOf)
  const inputs = order.flatMap((node): FormInput[] => {
    const definition = definitionOf(graph.nodes[node].type)
    if (!definition || Object.keys(definition.inputs).length > 0) return []
    const param = paramsOf(definition).find(({ kind }) => kind.is === 'asset')
    if (param?.kind.is !== 'asset') return []
    const { accepts } = param.kind
    const kind = KINDS.find((each) => each === accepts)
    return kind ? [{ node, label: roleOf(graph, definitionOf, node, order), param, kind }] : []
  })
  const sorted = inputs.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
  const count = (label: string, among: FormInput[]) => among.filter((input) => input.label === label).length
  return sorted.map((input, i) =>
    count(input.label, sorted) === 1
      ? input
      : { ...input, label: `${input.label} ${count(input.label, sorted.slice(0, i)) + 1}` },
  )
}

/** Names of sockets that say no more than the type. */
const GENERAL = new Set(['Image', 'Picture', 'Audio', 'Sound', 'Video', 'Pose', 'Value'])

/** Its own title, or what the first node calls it that has a word of its own for it. */
function roleOf(
  { nodes, edges }: Pick<WorkflowDocument, 'nodes' | 'edges'>,
  definitionOf: Definition,
  node: string,
  order: readonly string[],
): string {
  const { title, type } = nodes[node]
  const roles = edges
    .filter(({ from }) => from[0] === node)
    .sort((a, b) => order.indexOf(a.to[0]) - order.indexOf(b.to[0]))
    .map(({ to }) => definitionOf(nodes[to[0]]?.type ?? '')?.inputs[to[1]]?.label)
  const role = roles.find((name) => name !== undefined && !GENERAL.has(name))
  return title ?? role ?? definitionOf(type)?.title ?? type
}

/** `portrait-mara.pose.json` belongs to `portrait-mara.png`: what a pose beside a picture is called. */
const POSE_BESIDE = /\.pose\.json$/
const stemOf = (name: string) => name.replace(POSE_BESIDE, '').replace(/\.[^.]+$/, '')

/**
 * The pose inputs that go with a picture: a node reads both. Where none does, those that meet the picture later, and
 * that go with no other.
 */
export function posesOf(
  { edges }: Pick<WorkflowDocument, 'edges'>,
  inputs: readonly FormInput[],
  picture: string,
): string[] {
  const ofKind = (kind: FileKind) => inputs.filter((input) => input.kind === kind).map(({ node }) => node)
  const readers = (node: string) => edges.filter(({ from }) => from[0] === node).map(({ to }) => to[0])
  const meet = (a: readonly string[], b: readonly string[]) => a.some((node) => b.includes(node))
  const poses = ofKind('pose')
  const beside = poses.filter((pose) => meet(readers(pose), readers(picture)))
  if (beside.length > 0) return beside
  const isFree = (pose: string) => !ofKind('image').some((other) => meet(readers(pose), readers(other)))
  const after = (node: string) => {
    const reached = readers(node)
    for (const each of reached) reached.push(...readers(each).filter((next) => !reached.includes(next)))
    return reached
  }
  return poses.filter((pose) => isFree(pose) && meet(after(pose), after(picture)))
}

/** Whether a pose says by its name that it was made for a picture. */
export const isBeside = (pose: string, picture: string): boolean =>
  POSE_BESIDE.test(pose) && stemOf(pose) === stemOf(picture)

/** Whether it says that it was made for another one. */
export const isOfAnother = (pose: string, picture: string): boolean =>
  POSE_BESIDE.test(pose) && !isBeside(pose, picture)

/** The pose that was made for a picture. */
export const poseBeside = <Asset extends { name: string; kind: string }>(
  picture: string,
  assets: readonly Asset[],
): Asset | undefined => assets.find(({ name, kind }) => kind === 'pose' && isBeside(name, picture))
