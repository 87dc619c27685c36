'use client'
import { type EdgeChange, type NodeChange, type OnNodeDrag, useStoreApi } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import type { Box, Point } from '../state/boxes'
import { useEditor } from '../state/editor-context'
import { itemOf, select } from '../state/selection-store'
import { useConnecting } from './connecting'
import { type CanvasEdge, type CanvasNode, flowItems } from './flow-items'
import { alignToOthers } from './guides'
import { watchEdgeUnder } from './insert-on-edge'
import { type Elements, elementsOf, lift, putDown } from './lifted'

type Overrides = ReadonlyMap<string, Partial<Box>>
const NONE: Overrides = new Map()

/** Within this many px of the window things line up. */
const SNAP_REACH = 5

interface Drag {
  /** Where everything that moves began: what is dragged, and what lies in a dragged group and follows it. */
  starts: Map<string, Box>
  followers: Map<string, { group: string }>
  /** Where React Flow has them. */
  bases: ReadonlyMap<string, Point>
  /** Where they are drawn. */
  places: ReadonlyMap<string, Point>
  elements: Elements
  cancelled: boolean
  others: Box[]
  /** The edge that would take the dragged card in. */
  over: ReturnType<typeof watchEdgeUnder>
  /** Ends watching the canvas move under the drag. */
  stop(): void
}

/** Items of the canvas for React Flow, and what happens to them under the pointer. Nothing is written before a drag ends. */
export function useCanvasItems(zoom: () => number) {
  const editor = useEditor()
  const { commands, definitions, document, selection } = editor
  const workflow = useStore(document)
  const chosen = useStore(selection)
  const detached = useConnecting((state) => state.detached)
  const [overrides, setOverrides] = useState<Overrides>(NONE)
  const flow = useStoreApi<CanvasNode, CanvasEdge>()
  const drag = useRef<Drag | null>(null)
  const items = useMemo(flowItems, [])
  const selectedItems = useMemo(() => new Set(chosen.items), [chosen.items])
  const selectedEdges = useMemo(() => new Set(chosen.edges), [chosen.edges])
  const { nodes: placed, layout, groups, notes, edges: wires } = workflow

  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts of the workflow that are drawn
  const nodes = useMemo(
    () => items.nodes(workflow, definitions, selectedItems, overrides),
    [placed, layout, groups, notes, definitions, selectedItems, overrides],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const edges = useMemo(
    () => items.edges(workflow, selectedEdges, detached),
    [wires, selectedEdges, detached],
  )
  const latest = useRef({ nodes, overrides })
  latest.current = { nodes, overrides }

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const picks = changes.filter((change) => change.type === 'select')
      if (picks.length > 0) {
        const { items: before, edges } = selection.getState()
        const next = new Set(before)
        for (const { id, selected } of picks) selected ? next.add(id) : next.delete(id)
        select(selection, { items: [...next], edges: picks.some(({ selected }) => selected) ? [] : edges })
      }
      const moving = drag.current
      if (moving?.cancelled) return
      const sizes = new Map<string, Partial<Box>>()
      const moves = new Map<string, Point>()
      for (const change of changes) {
        if (change.type === 'position' && change.position && change.dragging)
          moves.set(change.id, change.position)
        if (change.type === 'dimensions' && change.dimensions && change.resizing) {
          const { width, height } = change.dimensions
          const size = itemOf(change.id).kind === 'node' ? { w: width } : { w: width, h: height }
          sizes.set(change.id, { ...latest.current.overrides.get(change.id), ...size })
        }
      }
      if (sizes.size > 0) setOverrides((before) => new Map([...before, ...sizes]))
      if (moving && moves.size > 0) dragTo(moving, moves, SNAP_REACH / zoom())
    },
    [selection, zoom],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasEdge>[]) => {
      const picks = changes.filter((change) => change.type === 'select')
      if (picks.length === 0) return
      const next = new Set(selection.getState().edges)
      for (const { id, selected } of picks) selected ? next.add(id) : next.delete(id)
      select(selection, { items: selection.getState().items, edges: [...next] })
    },
    [selection],
  )

  const onNodeDragStart: OnNodeDrag<CanvasNode> = useCallback(
    (_event, node, dragged) => {
      const { nodes } = latest.current
      const starts = new Map(dragged.map((item) => [item.id, boxOfNode(item)]))
      const followers: Drag['followers'] = new Map()
      for (const group of dragged.filter(({ type }) => type === 'group')) {
        for (const item of nodes) {
          if (item.type === 'group' || starts.has(item.id) || !liesIn(item, group)) continue
          followers.set(item.id, { group: group.id })
          starts.set(item.id, boxOfNode(item))
        }
      }
      const others = nodes.filter(({ id, type }) => type !== 'group' && !starts.has(id)).map(boxOfNode)
      const area = flow.getState().domNode ?? window.document
      const begun: Drag = {
        starts,
        followers,
        bases: starts,
        places: starts,
        elements: elementsOf(area, starts.keys()),
        cancelled: false,
        others,
        over: watchEdgeUnder(editor, dragged.length === 1 && node.type === 'card' ? node.id : undefined),
        // When the canvas moves too, React Flow has to know where things are, to draw what comes into sight.
        stop: flow.subscribe(({ transform }, before) => {
          if (transform === before.transform || begun.cancelled) return
          flushSync(() => setOverrides(begun.places))
          putDown(begun.elements)
          begun.bases = begun.places
          begun.elements = elementsOf(area, starts.keys())
        }),
      }
      drag.current = begun
    },
    [editor, flow],
  )

  const onNodeDrag: OnNodeDrag<CanvasNode> = useCallback((event) => {
    const at = 'clientX' in event ? event : event.touches[0]
    if (!drag.current?.cancelled) drag.current?.over.at(at)
  }, [])

  const onNodeDragStop: OnNodeDrag<CanvasNode> = useCallback(
    (_event, node) => {
      const now = drag.current
      drag.current = null
      if (!now) return
      now.stop()
      const insertInto = now.over.end()
      // In one go, or the cards would be seen where they came from for a moment.
      flushSync(() => {
        setOverrides(NONE)
        if (now.cancelled || now.places === now.starts) return
        editor.history.edit(insertInto ? 'insert on an edge' : 'move', () => {
          commands.moveItems(Object.fromEntries(now.places))
          if (insertInto) commands.insertOnEdge(insertInto, node.id)
        })
      })
      putDown(now.elements)
    },
    [commands, editor.history],
  )

  // Escape brings everything back that is being dragged.
  useEffect(() => {
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !drag.current) return
      event.stopPropagation()
      drag.current.cancelled = true
      drag.current.over.end()
      flushSync(() => setOverrides(NONE))
      putDown(drag.current.elements)
    }
    window.addEventListener('keydown', giveUp, true)
    return () => window.removeEventListener('keydown', giveUp, true)
  }, [])

  const clearResize = useCallback(() => setOverrides(NONE), [])

  return {
    nodes,
    edges,
    setOverrides,
    clearResize,
    handlers: { onNodesChange, onEdgesChange, onNodeDragStart, onNodeDrag, onNodeDragStop },
  }
}

const boxOfNode = ({ position, width = 0, height = 0 }: CanvasNode): Box => ({
  ...position,
  w: width,
  h: height,
})

function liesIn(node: CanvasNode, group: CanvasNode): boolean {
  const [inner, outer] = [boxOfNode(node), boxOfNode(group)]
  const [x, y] = [inner.x + inner.w / 2, inner.y + inner.h / 2]
  return x >= outer.x && x <= outer.x + outer.w && y >= outer.y && y <= outer.y + outer.h
}

/** Draws a drag: what follows a group follows, and all of it comes in line with others. */
function dragTo(drag: Drag, moves: Map<string, Point>, reach: number): void {
  for (const [item, { group }] of drag.followers) {
    const [now, began, start] = [moves.get(group), drag.starts.get(group), drag.starts.get(item)]
    if (now && began && start && !moves.has(item))
      moves.set(item, { x: start.x + now.x - began.x, y: start.y + now.y - began.y })
  }
  const { dx, dy, guides } = alignToOthers(boundsOf(moves, drag.starts), drag.others, reach)
  const places = new Map<string, Point>()
  const offsets = new Map<string, Point>()
  for (const [item, { x, y }] of moves) {
    const base = drag.bases.get(item) ?? { x, y }
    places.set(item, { x: x + dx, y: y + dy })
    offsets.set(item, { x: x + dx - base.x, y: y + dy - base.y })
  }
  drag.places = places
  lift(offsets, guides, drag.elements)
}

function boundsOf(moves: ReadonlyMap<string, Point>, sizes: ReadonlyMap<string, Box>): Box {
  let [left, top, right, bottom] = [1e9, 1e9, -1e9, -1e9]
  for (const [item, { x, y }] of moves) {
    const { w, h } = sizes.get(item) ?? { w: 0, h: 0 }
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + w)
    bottom = Math.max(bottom, y + h)
  }
  return { x: left, y: top, w: right - left, h: bottom - top }
}
