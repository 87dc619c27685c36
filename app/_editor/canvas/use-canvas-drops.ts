'use client'
import type { DragEvent, RefObject } from 'react'
import { useFileDrop } from '../../_ui/use-file-drop'
import { cardWidth } from '../card/card-size'
import { useAddFiles } from '../panels/use-add-files'
import type { Point } from '../state/boxes'
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
  const addFiles = useAddFiles()
  const { over, handlers } = useFileDrop({ onFiles: (files, at) => void addFiles(files, toCanvas(at)) })
  return {
    says: over ? sayDrop(over) : undefined,
    handlers: {
      ...handlers,
      onDragOver(event: DragEvent) {
        if (event.dataTransfer.types.includes(DRAGGED_NODE)) {
          event.preventDefault()
          event.dataTransfer.dropEffect = 'copy'
        }
        handlers.onDragOver(event)
      },
      onDrop(event: DragEvent) {
        const text = event.dataTransfer.getData(DRAGGED_NODE)
        if (!text) return handlers.onDrop(event)
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

function sayDrop(types: readonly string[]): string {
  if (types.length > 1) return `Add ${types.length} files`
  const type = types[0] ?? ''
  if (type.startsWith('image/')) return 'Add as Image'
  if (type.startsWith('audio/')) return 'Add as Audio'
  if (type.startsWith('video/')) return 'Add as Video, or open the workflow in it'
  if (type === 'application/zip') return 'Open the workflow in it'
  return 'Add the file, or open the workflow in it'
}
