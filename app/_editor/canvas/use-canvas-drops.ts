'use client'
import type { DragEvent, RefObject } from 'react'
import { cardWidth } from '../card/card-size'
import type { Point } from '../state/commands'
import { useEditor } from '../state/editor-context'
import { edgeUnder, typeFitsInto } from './edge-under'

/** What a row of the nodes or assets panel carries while it is dragged: a node type with params. */
export const DRAGGED_NODE = 'application/x-mmgt-node'

export interface DraggedNode {
  type: string
  params?: Record<string, unknown>
}

/** Files become input nodes (or workflows to open); rows of the panels become nodes, on an edge when one is under them. */
export function useCanvasDrops(_area: RefObject<HTMLElement | null>, toCanvas: (at: Point) => Point) {
  const editor = useEditor()
  return {
    says: undefined as string | undefined,
    handlers: {
      onDragOver(event: DragEvent) {
        if (event.dataTransfer.types.includes(DRAGGED_NODE)) {
          event.preventDefault()
          event.dataTransfer.dropEffect = 'copy'
        }
      },
      onDrop(event: DragEvent) {
        const text = event.dataTransfer.getData(DRAGGED_NODE)
        if (!text) return
        event.preventDefault()
        const { type, params } = JSON.parse(text) as DraggedNode // written by our own panels
        const place = toCanvas({ x: event.clientX, y: event.clientY })
        const at = { x: place.x - cardWidth(undefined) / 2, y: place.y - 14 }
        const edge = edgeUnder(event)
        if (edge && typeFitsInto(editor, type, edge)) editor.commands.addOnEdge(edge, type, at)
        else editor.commands.addNode(type, at, { params })
      },
    },
  }
}
