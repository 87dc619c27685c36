'use client'
import {
  Background,
  BackgroundVariant,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { memo, useMemo } from 'react'
import type { CatalogEntry } from '../../nodes/core/catalog'
import type { WorkflowDocument } from '../../nodes/core/document'
import { NodeStage, stageHeight } from '../_editor/stages/node-stage'
import { classNames } from '../_ui/class-names'
import { socketColour } from '../_ui/socket-sign'

const WIDTH = 148
const NAME = 24

type SharedNode = Node<{ title: string; definition?: CatalogEntry }, 'shared'>

/** The picture of a node and its name below: enough to follow how one came from the other. */
const SharedCard = memo(function SharedCard({ id, data, selected }: NodeProps<SharedNode>) {
  const { definition, title } = data
  return (
    <div style={{ width: WIDTH }} className="text-center">
      <div
        className={classNames(
          'relative overflow-hidden rounded-3 bg-card shadow-2',
          selected ? 'outline-2 outline-accent' : 'outline outline-line-2',
        )}
      >
        {definition ? <NodeStage nodeId={id} width={WIDTH} /> : <div className="h-16" />}
      </div>
      <Ends sockets={definition?.inputs} type="target" height={pictureHeight(definition)} />
      <Ends sockets={definition?.outputs} type="source" height={pictureHeight(definition)} />
      {/* On the colour of the canvas, so that an edge that passes does not strike it out. */}
      <span className="mx-auto mt-1 block w-fit max-w-full truncate rounded-1 bg-canvas px-1 font-strong text-12 leading-5">
        {title}
      </span>
    </div>
  )
})

const pictureHeight = (definition: CatalogEntry | undefined): number =>
  definition ? stageHeight('', definition, WIDTH) : 64

/** Invisible: edges start and end at the middle of the picture's sides. */
function Ends({
  sockets,
  type,
  height,
}: {
  sockets: CatalogEntry['inputs'] | undefined
  type: 'source' | 'target'
  height: number
}) {
  return Object.keys(sockets ?? {}).map((key) => (
    <Handle
      key={key}
      id={key}
      type={type}
      position={type === 'source' ? Position.Right : Position.Left}
      isConnectable={false}
      style={{ top: height / 2 }}
      className="pointer-events-none! size-px! min-h-0! min-w-0! border-0! bg-transparent!"
    />
  ))
}

const nodeTypes = { shared: SharedCard }

/** The workflow as it was drawn, to look at: it can be moved, enlarged and pointed at, not changed. */
export function SharedGraph({
  document,
  definitionOf,
  selected,
  onSelect,
}: {
  document: WorkflowDocument
  definitionOf: (type: string) => CatalogEntry | undefined
  selected: string | undefined
  onSelect: (nodeId: string | undefined) => void
}) {
  const places = useMemo(() => closeUp(document), [document])
  const nodes = useMemo<SharedNode[]>(
    () =>
      Object.entries(document.nodes).map(([id, node]) => {
        const definition = definitionOf(node.type)
        const title = node.title ?? definition?.title ?? node.type
        return {
          id,
          type: 'shared',
          position: places[id],
          data: { title, definition },
          selected: id === selected,
          width: WIDTH,
          height: pictureHeight(definition) + NAME,
          ariaLabel: title,
        }
      }),
    [document, definitionOf, places, selected],
  )
  const edges = useMemo<Edge[]>(
    () =>
      document.edges.map(({ from, to }) => {
        const type = definitionOf(document.nodes[from[0]]?.type)?.outputs[from[1]]?.type ?? 'any'
        const off = [from[0], to[0]].some((id) => document.nodes[id]?.mode === 'mute')
        return {
          id: `${from.join('.')}>${to.join('.')}`,
          source: from[0],
          sourceHandle: from[1],
          target: to[0],
          targetHandle: to[1],
          focusable: false,
          style: { stroke: socketColour(type), strokeWidth: 2, strokeDasharray: off ? '1 5' : undefined },
        }
      }),
    [document, definitionOf],
  )
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      onNodeClick={(_, node) => onSelect(node.id)}
      onPaneClick={() => onSelect(undefined)}
      onNodesChange={(changes) => {
        for (const change of changes) if (change.type === 'select' && change.selected) onSelect(change.id)
      }}
      fitView
      fitViewOptions={{ padding: 0.1, maxZoom: 1 }}
      minZoom={0.2}
      maxZoom={2}
      preventScrolling={false}
      aria-label="How it was made"
      style={{ background: 'var(--bg-canvas)' }}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--bg-dot)" />
    </ReactFlow>
  )
}

/** Cards are smaller here than in the editor, so they stand closer in the same arrangement. */
function closeUp({ nodes, layout }: WorkflowDocument): Record<string, { x: number; y: number }> {
  return Object.fromEntries(
    Object.keys(nodes).map((id, at) => {
      const place = layout[id] ?? { x: (at % 4) * 360, y: Math.floor(at / 4) * 300 }
      return [id, { x: place.x * 0.58, y: place.y * 0.66 }]
    }),
  )
}
