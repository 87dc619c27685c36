'use client'
import { type Edge as FlowEdge, type Node as FlowNode, Position } from '@xyflow/react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import type { WorkflowDocument } from '../../../nodes/core/document'
import { edgeKey } from '../../../nodes/core/live-document'
import { cardHeight, cardStageHeight, cardWidth, socketY } from '../card/card-size'
import type { Box, Point } from '../state/boxes'
import type { Definitions } from '../state/definitions'
import type { Edge, Layout } from '../state/document-store'
import { groupItem, noteItem } from '../state/selection-store'

export type CanvasNode = FlowNode<Record<string, never>, 'card' | 'note' | 'group'>
export type CanvasEdge = FlowEdge<{ source: string; target: string }, 'wire'>

const NO_DATA: Record<string, never> = {}

/** Side of the square that a socket answers in. */
export const SOCKET_HIT = 24

/** Sockets of a card whose type is not known: those its edges name. */
export interface SocketNames {
  inputs: readonly string[]
  outputs: readonly string[]
}

export function socketNames(
  id: string,
  definition: CatalogEntry | undefined,
  edges: readonly Edge[],
): SocketNames {
  if (definition) return { inputs: Object.keys(definition.inputs), outputs: Object.keys(definition.outputs) }
  const unique = (names: string[]) => [...new Set(names)].sort()
  return {
    inputs: unique(edges.flatMap(({ to }) => (to[0] === id ? [to[1]] : []))),
    outputs: unique(edges.flatMap(({ from }) => (from[0] === id ? [from[1]] : []))),
  }
}

interface CardInput {
  layout: Layout | undefined
  definition: CatalogEntry | undefined
  names: SocketNames
  override: Point | undefined
  width: number | undefined
  selected: boolean
}

/**
 * Turns the document into what React Flow draws. Size and sockets of a card follow from its definition and width, so
 * nothing has to be measured; an item whose inputs are the same objects as before is the same object again.
 */
export function flowItems() {
  const nodes = new Map<string, { key: readonly unknown[]; node: CanvasNode }>()
  const edges = new Map<string, { edge: Edge; selected: boolean; hidden: boolean; flow: CanvasEdge }>()

  const kept = (id: string, key: readonly unknown[], make: () => CanvasNode): CanvasNode => {
    const before = nodes.get(id)
    if (before && before.key.length === key.length && before.key.every((part, i) => part === key[i])) {
      return before.node
    }
    const node = make()
    nodes.set(id, { key, node })
    return node
  }

  return {
    nodes(
      document: WorkflowDocument,
      definitions: Definitions,
      selected: ReadonlySet<string>,
      overrides: ReadonlyMap<string, Partial<Box>>,
    ): CanvasNode[] {
      const list: CanvasNode[] = []
      const boxes = [
        ...document.groups.map((group) => ({
          item: groupItem(group.id),
          type: 'group' as const,
          at: group as unknown as Box,
        })),
        ...document.notes.map((note) => ({
          item: noteItem(note.id),
          type: 'note' as const,
          at: note as unknown as Box,
        })),
      ] // boxes by the commands that make them; from outside by the clipboard's check
      for (const { item, type, at } of boxes) {
        const over = overrides.get(item)
        const chosen = selected.has(item)
        list.push(
          kept(item, [at, over, chosen], () =>
            boxNode(item, type, { x: at.x, y: at.y, w: at.w ?? 208, h: at.h ?? 96, ...over }, chosen),
          ),
        )
      }
      for (const [id, node] of Object.entries(document.nodes)) {
        const definition = definitions.get(node.type)
        const over = overrides.get(id)
        const layout = document.layout[id]
        const chosen = selected.has(id)
        // Edges give sockets to a card only while its type is missing.
        const key = [node.type, layout, definition ?? document.edges, over, chosen, node.title]
        list.push(
          kept(id, key, () =>
            cardNode(id, `${node.title ?? definition?.title ?? node.type}`, {
              layout,
              definition,
              names: socketNames(id, definition, document.edges),
              override: over as Point | undefined,
              width: over?.w,
              selected: chosen,
            }),
          ),
        )
      }
      if (nodes.size > 2 * list.length + 50) {
        const there = new Set(list.map(({ id }) => id))
        for (const id of nodes.keys()) if (!there.has(id)) nodes.delete(id)
      }
      return list
    },

    edges(
      document: WorkflowDocument,
      selected: ReadonlySet<string>,
      hidden: string | undefined,
    ): CanvasEdge[] {
      return document.edges.map((edge) => {
        const id = edgeKey(edge.to)
        const chosen = selected.has(id)
        const gone = id === hidden
        const before = edges.get(id)
        if (before?.edge === edge && before.selected === chosen && before.hidden === gone) return before.flow
        const flow: CanvasEdge = {
          id,
          type: 'wire',
          source: edge.from[0],
          sourceHandle: edge.from[1],
          target: edge.to[0],
          targetHandle: edge.to[1],
          selected: chosen,
          hidden: gone,
        }
        edges.set(id, { edge, selected: chosen, hidden: gone, flow })
        return flow
      })
    },
  }
}

const sized = (width: number, height: number) => ({ width, height, measured: { width, height } })

function boxNode(id: string, type: 'note' | 'group', { x, y, w, h }: Box, selected: boolean): CanvasNode {
  return {
    id,
    type,
    data: NO_DATA,
    position: { x, y },
    ...sized(w, h),
    selected,
    handles: [],
    zIndex: type === 'group' ? -1 : 0,
    // A group is a frame: only its title takes the pointer, so that a box can be drawn inside it.
    ...(type === 'group' ? { dragHandle: '.group-title', style: { pointerEvents: 'none' as const } } : {}),
    ariaLabel: type === 'group' ? 'Group' : 'Note',
  }
}

function cardNode(id: string, title: string, input: CardInput): CanvasNode {
  const { definition, names, override, selected } = input
  const layout =
    input.width === undefined ? input.layout : { ...(input.layout ?? { x: 0, y: 0 }), w: input.width }
  const width = cardWidth(layout)
  const height = cardHeight(id, definition, layout, Math.max(names.inputs.length, names.outputs.length))
  const stage = cardStageHeight(id, definition, layout)
  const half = SOCKET_HIT / 2
  const handle = (type: 'source' | 'target') => (name: string, row: number) => ({
    id: name,
    type,
    position: type === 'source' ? Position.Right : Position.Left,
    x: (type === 'source' ? width : 0) - half,
    y: socketY(stage, row, layout?.collapsed) - half,
    width: SOCKET_HIT,
    height: SOCKET_HIT,
  })
  return {
    id,
    type: 'card',
    data: NO_DATA,
    position: { x: override?.x ?? layout?.x ?? 0, y: override?.y ?? layout?.y ?? 0 },
    ...sized(width, height),
    selected,
    handles: [...names.inputs.map(handle('target')), ...names.outputs.map(handle('source'))],
    zIndex: 1,
    ariaLabel: title,
  }
}
