'use client'
import './canvas.css'
import {
  type EdgeTypes,
  type NodeTypes,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type Viewport,
} from '@xyflow/react'
import { type MouseEvent as ReactMouseEvent, useCallback, useEffect, useRef } from 'react'
import { DropOverlay } from '../../_ui/drop-zone'
import { NodeCard } from '../card/node-card'
import { NodePalette } from '../palette/node-palette'
import { useEditor } from '../state/editor-context'
import { select } from '../state/selection-store'
import { CanvasHud } from './canvas-hud'
import { CanvasMenu } from './canvas-menu'
import { CanvasMoves } from './canvas-moves'
import { useCanvasView } from './canvas-view'
import { useConnecting } from './connecting'
import { ConnectionLine } from './connection-line'
import { Dots } from './dots'
import { EmptyCanvas } from './empty-canvas'
import type { CanvasEdge, CanvasNode } from './flow-items'
import { GroupFrame } from './group-frame'
import { GuideLines } from './guide-lines'
import { levelFor, setDetailLevel } from './level-of-detail'
import { NoteCard } from './note-card'
import { RefusalBubble } from './refusal-bubble'
import { useCanvasControls } from './use-canvas-controls'
import { useCanvasDrops } from './use-canvas-drops'
import { useCanvasItems } from './use-canvas-items'
import { useCanvasKeys } from './use-canvas-keys'
import { takeEdgeOff, useConnections } from './use-connections'
import { EMPTY, useFirstViewport } from './use-first-viewport'
import { useSharpPictures } from './use-sharp-pictures'
import { useSpacePan } from './use-space-pan'
import { useWheelZoom } from './use-wheel'
import { Wire } from './wire'

const NODE_TYPES: NodeTypes = { card: NodeCard, note: NoteCard, group: GroupFrame }
const EDGE_TYPES: EdgeTypes = { wire: Wire }
const MIDDLE_BUTTON = [1]
const LEFT_BUTTON = [0, 1]
const ZOOM = { least: 0.05, most: 3 }

/** The graph: cards, edges, frames and notes on an endless plane. */
export function Canvas() {
  const editor = useEditor()
  const area = useRef<HTMLDivElement>(null)
  const { screenToFlowPosition, getViewport, setViewport, getZoom } = useReactFlow<CanvasNode, CanvasEdge>()
  const zoom = useCallback(() => getZoom(), [getZoom])
  const { nodes, edges, setOverrides, clearResize, handlers } = useCanvasItems(zoom)
  const connections = useConnections(screenToFlowPosition)
  const controls = useCanvasControls(area, setOverrides)
  const drops = useCanvasDrops(area, screenToFlowPosition)
  const panning = useSpacePan(area)
  const keys = useCanvasKeys(controls)
  const connecting = useConnecting((state) => state.from !== undefined)
  const count = nodes.length
  const first = useFirstViewport(area, nodes, FIT)

  const zoomAt = useCallback(
    (at: { x: number; y: number }, factor: number) => {
      const box = area.current?.getBoundingClientRect()
      if (!box) return
      const { x, y, zoom: before } = getViewport()
      const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, before * factor))
      const [px, py] = [at.x - box.left, at.y - box.top]
      const grown = zoom / before
      void setViewport({ x: px - (px - x) * grown, y: py - (py - y) * grown, zoom })
    },
    [getViewport, setViewport],
  )
  useWheelZoom(area, zoomAt)
  useSharpPictures()

  const onViewport = useCallback(
    ({ zoom }: Viewport) => {
      const level = levelFor(zoom, count)
      setDetailLevel(level)
      if (level === 'far') area.current?.style.setProperty('--unzoom', String(1 / zoom))
      if (useCanvasView.getState().zoom !== zoom) useCanvasView.setState({ zoom })
    },
    [count],
  )
  const onMove = useCallback((_: unknown, viewport: Viewport) => onViewport(viewport), [onViewport])
  useEffect(() => {
    if (first) onViewport(getViewport())
  }, [first, onViewport, getViewport])

  // Before React Flow sees the press: an input that has an edge gives it away.
  useEffect(() => {
    const element = area.current
    const press = (event: MouseEvent) => takeEdgeOff(editor, event)
    element?.addEventListener('mousedown', press, true)
    return () => element?.removeEventListener('mousedown', press, true)
  }, [editor])

  const openMenu = useCallback(
    (event: ReactMouseEvent | MouseEvent, kind: 'canvas' | 'items' | 'edge', edge?: string) => {
      event.preventDefault()
      const at = { x: event.clientX, y: event.clientY }
      useCanvasView.setState({ menu: { at, place: screenToFlowPosition(at), kind, edge } })
    },
    [screenToFlowPosition],
  )
  const openPalette = (event: ReactMouseEvent) => {
    if (!(event.target as Element).closest('.react-flow__pane')) return
    const at = { x: event.clientX, y: event.clientY }
    useCanvasView.setState({ palette: { at, place: screenToFlowPosition(at) } })
  }
  const selectForMenu = (id: string) => {
    if (!editor.selection.getState().items.includes(id)) select(editor.selection, { items: [id] })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: `/` opens the palette by keyboard
    <div
      ref={area}
      className={`relative size-full overflow-hidden bg-canvas ${connecting ? 'connecting' : ''} ${panning ? 'panning' : ''}`}
      onDoubleClick={openPalette}
      onPointerMove={controls.onPointerMove}
      {...keys}
      {...drops.handlers}
    >
      {first && (
        <ReactFlow<CanvasNode, CanvasEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          {...handlers}
          {...connections}
          connectionLineComponent={ConnectionLine}
          connectionRadius={12}
          connectOnClick={false}
          onMove={onMove}
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
          panOnDrag={panning ? LEFT_BUTTON : MIDDLE_BUTTON}
          panActivationKeyCode={null}
          panOnScroll
          zoomOnDoubleClick={false}
          selectionOnDrag={!panning}
          selectionMode={SelectionMode.Partial}
          selectionKeyCode={null}
          multiSelectionKeyCode={MULTI_KEYS}
          deleteKeyCode={null}
          disableKeyboardA11y
          nodesFocusable
          edgesFocusable={false}
          elevateNodesOnSelect
          nodeDragThreshold={3}
          onlyRenderVisibleElements
          defaultViewport={first}
          fitView={first === EMPTY}
          fitViewOptions={FIT}
          onPaneContextMenu={(event) => openMenu(event, 'canvas')}
          onNodeContextMenu={(event, node) => {
            selectForMenu(node.id)
            openMenu(event, 'items')
          }}
          onEdgeContextMenu={(event, edge) => {
            select(editor.selection, { edges: [edge.id] })
            openMenu(event, 'edge', edge.id)
          }}
          onNodeDoubleClick={(_, node) => node.type === 'card' && editor.openEditor(node.id)}
          onSelectionEnd={clearResize}
          aria-label="Canvas"
        >
          <Dots />
          <CanvasMoves />
          <GuideLines />
        </ReactFlow>
      )}
      {count === 0 && <EmptyCanvas />}
      <CanvasHud controls={controls} />
      {drops.says && <DropOverlay says={drops.says} />}
      <RefusalBubble />
      <NodePalette />
      <CanvasMenu controls={controls} />
    </div>
  )
}

const MULTI_KEYS = ['Shift', 'Meta', 'Control']
/** Below there is room for minimap, zoom and the line about a run. */
const FIT = { padding: { x: 0.12, top: 0.06, bottom: '104px' }, maxZoom: 1, minZoom: ZOOM.least } as const
