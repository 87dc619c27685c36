'use client'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { typeOfInput, typeOfOutput } from '../../../nodes/core/socket-types'
import type { SocketKind } from '../../../nodes/core/sockets'
import { type Editor, useEditor, useWorkflow } from './editor-context'

type SocketsOfNode = Pick<CatalogEntry, 'inputs'>
type Document = Parameters<typeof typeOfInput>[0]

/** The type of a socket as it is connected here: what goes through a node that hands on anything. */
export const socketTypeOf = (
  editor: Editor,
  document: Document,
  node: string,
  socket: string,
  side: 'input' | 'output',
): SocketKind =>
  (side === 'input' ? typeOfInput : typeOfOutput)(document, editor.definitions, [node, socket]) ?? 'any'

/** What the `any` sockets of a node are here; a node without them listens to nothing. */
export function useAnyType(node: string, definition: SocketsOfNode | undefined): SocketKind {
  const editor = useEditor()
  const input = Object.entries(definition?.inputs ?? {}).find(([, { type }]) => type === 'any')?.[0]
  return useWorkflow((document) =>
    input === undefined ? 'any' : socketTypeOf(editor, document, node, input, 'input'),
  )
}

export function useSocketType(node: string, socket: string, side: 'input' | 'output'): SocketKind {
  const editor = useEditor()
  return useWorkflow((document) => socketTypeOf(editor, document, node, socket, side))
}
