'use client'
import type { EdgeChange, NodeChange, OnNodeDrag } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Box, Point } from '../state/commands'
import { useEditor } from '../state/editor-context'
import { itemOf, select } from '../state/selection-store'
import { useConnecting } from './connecting'
import { edgeUnder, fitsInto } from './edge-under'
import { type CanvasEdge, type CanvasNode, flowItems } from './flow-items'
import { alignToOthers, type Guide } from './guides'

type Overrides = ReadonlyMap<string, Partial<Box>>
const NONE: Overrides = new Map()

/** Within this many px of the window things line up. */
const SNAP_REACH = 5

interface Drag {
  /** Items that lie in a dragged group, and where they began; they follow it. */
  followers: Map<string, { group: string; start: Point }>
  starts: Map<string, Point>
  cancelled: boolean
  others: Box[]
}

/** Items of the canvas for React Flow, and what happens to them under the pointer. Nothing is written before a drag ends. */
export function useCanvasItems(zoom: () => number) {
  const editor = useEditor()
  const { commands, definitions, document, selection } = editor
  const workflow = useStore(document)
  const chosen = useStore(selection)
  const detached = useConnecting((state) => state.detached)
  const [overrides, setOverrides] = useState<Overrides>(NONE)
  const [guides, setGuides] = useState<readonly Guide[]>([])
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
      const moves = new Map<string, Partial<Box>>()
      for (const change of changes) {
        if (change.type === 'position' && change.position && change.dragging)
          moves.set(change.id, change.position)
        if (change.type === 'dimensions' && change.dimensions && change.resizing) {
          const { width, height } = change.dimensions
          const size = itemOf(change.id).kind === 'node' ? { w: width } : { w: width, h: height }
          moves.set(change.id, { ...latest.current.overrides.get(change.id), ...size })
        }
      }
      if (moves.size === 0) return
      if (moving) {
        for (const [item, { group, start }] of moving.followers) {
          const [now, began] = [moves.get(group), moving.starts.get(group)]
          if (!now || !began || moves.has(item)) continue
          moves.set(item, { x: start.x + now.x! - began.x, y: start.y + now.y! - began.y })
        }
        const { dx, dy, guides } = alignToOthers(
          boundsOf(moves, latest.current.nodes),
          moving.others,
          SNAP_REACH / zoom(),
        )
        for (const [item, { x = 0, y = 0 }] of moves) moves.set(item, { x: x + dx, y: y + dy })
        setGuides(guides)
      }
      setOverrides((before) => new Map([...before, ...moves]))
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

  const onNodeDragStart: OnNodeDrag<CanvasNode> = useCallback((_event, _node, dragged) => {
    const { nodes } = latest.current
    const starts = new Map(dragged.map(({ id, position }) => [id, position]))
    const followers: Drag['followers'] = new Map()
    for (const group of dragged.filter(({ type }) => type === 'group')) {
      for (const node of nodes) {
        if (node.type !== 'group' && !starts.has(node.id) && liesIn(node, group)) {
          followers.set(node.id, { group: group.id, start: node.position })
        }
      }
    }
    const others = nodes
      .filter(({ id, type }) => type !== 'group' && !starts.has(id) && !followers.has(id))
      .map(boxOfNode)
    drag.current = { starts, followers, cancelled: false, others }
  }, [])

  const onNodeDrag: OnNodeDrag<CanvasNode> = useCallback(
    (event, node, dragged) => {
      const alone = dragged.length === 1 && node.type === 'card'
      const edge = alone ? edgeUnder('clientX' in event ? event : event.touches[0]) : undefined
      const insertInto = edge && fitsInto(editor, node.id, edge) ? edge : undefined
      if (useConnecting.getState().insertInto !== insertInto) useConnecting.setState({ insertInto })
    },
    [editor],
  )

  const onNodeDragStop: OnNodeDrag<CanvasNode> = useCallback(
    (_event, node) => {
      const now = drag.current
      drag.current = null
      const { insertInto } = useConnecting.getState()
      if (insertInto) useConnecting.setState({ insertInto: undefined })
      const places: Record<string, Point> = {}
      for (const [item, { x, y }] of latest.current.overrides) {
        if (x !== undefined && y !== undefined) places[item] = { x, y }
      }
      setGuides([])
      setOverrides(NONE)
      if (now?.cancelled || Object.keys(places).length === 0) return
      editor.history.edit(insertInto ? 'insert on an edge' : 'move', () => {
        commands.moveItems(places)
        if (insertInto) commands.insertOnEdge(insertInto, node.id)
      })
    },
    [commands, editor.history],
  )

  // Escape brings everything back that is being dragged.
  useEffect(() => {
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !drag.current) return
      event.stopPropagation()
      drag.current.cancelled = true
      setGuides([])
      setOverrides(NONE)
    }
    window.addEventListener('keydown', giveUp, true)
    return () => window.removeEventListener('keydown', giveUp, true)
  }, [])

  const clearResize = useCallback(() => setOverrides(NONE), [])

  return {
    nodes,
    edges,
    guides,
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

function boundsOf(moves: ReadonlyMap<string, Partial<Box>>, nodes: readonly CanvasNode[]): Box {
  let [left, top, right, bottom] = [1e9, 1e9, -1e9, -1e9]
  for (const node of nodes) {
    const move = moves.get(node.id)
    if (!move) continue
    const { w, h } = boxOfNode(node)
    const { x = node.position.x, y = node.position.y } = move
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + w)
    bottom = Math.max(bottom, y + h)
  }
  return { x: left, y: top, w: right - left, h: bottom - top }
}
