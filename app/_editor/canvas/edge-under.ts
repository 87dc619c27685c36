'use client'
import { fits } from '../../../nodes/core/graph'
import { edgeKey, edgeTarget } from '../../../nodes/core/live-document'
import { typeOfInput, typeOfOutput } from '../../../nodes/core/socket-types'
import type { Editor } from '../state/editor-context'

/** The edge at a point of the window, below whatever card is dragged there. */
export function edgeUnder(at: { clientX: number; clientY: number }): string | undefined {
  for (const element of document.elementsFromPoint(at.clientX, at.clientY)) {
    const edge = element.closest('.react-flow__edge')
    if (edge) return edge.getAttribute('data-id') ?? undefined
  }
  return undefined
}

/** Whether a node without edges has sockets for both ends of an edge. */
export function fitsInto(editor: Editor, nodeId: string, edge: string): boolean {
  const { nodes, edges } = editor.document.getState()
  if (edges.some(({ from, to }) => from[0] === nodeId || to[0] === nodeId)) return false
  return typeFitsInto(editor, nodes[nodeId]?.type ?? '', edge)
}

export function typeFitsInto(editor: Editor, type: string, edge: string): boolean {
  const { nodes, edges } = editor.document.getState()
  const wire = edges.find(({ to }) => edgeKey(to) === edge)
  const definition = editor.definitions.get(type)
  if (!wire || !definition) return false
  const [target, socket] = edgeTarget(edge)
  const output = typeOfOutput({ nodes, edges }, editor.definitions, wire.from)
  const input = typeOfInput({ nodes, edges }, editor.definitions, [target, socket])
  if (!output || !input) return false
  return (
    Object.values(definition.inputs).some(({ type: wanted }) => fits(output, wanted)) &&
    Object.values(definition.outputs).some(({ type: given }) => fits(given, input))
  )
}
