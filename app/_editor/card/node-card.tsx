'use client'
import { type NodeProps, NodeResizeControl } from '@xyflow/react'
import { memo, useMemo } from 'react'
import { classNames } from '../../_ui/class-names'
import { type CanvasNode, socketNames } from '../canvas/flow-items'
import { useDetailLevel } from '../canvas/level-of-detail'
import { usePlanHint } from '../canvas/plan-hint'
import { NodeStage } from '../stages/node-stage'
import { CARD_WIDTH } from '../state/boxes'
import { useEditor, useWorkflow } from '../state/editor-context'
import { CardFoot } from './card-foot'
import { CardHeader } from './card-header'
import { CardRows } from './card-rows'
import { CARD, cardStageHeight, cardWidth } from './card-size'
import { FarCard } from './far-card'
import { type CardModel, useCard } from './use-card'

/** A node on the canvas: header, its result, sockets, and the reason. */
export const NodeCard = memo(function NodeCard({ id, selected, width, height }: NodeProps<CanvasNode>) {
  const card = useCard(id)
  const level = useDetailLevel((state) => state.level)
  const layout = useWorkflow((document) => document.layout[id])
  const hinted = usePlanHint(({ nodes }) => nodes.has(id))
  const edges = useWorkflow((document) => (card?.definition ? undefined : document.edges))
  const names = useMemo(() => socketNames(id, card?.definition, edges ?? []), [id, card?.definition, edges])
  if (!card) return null
  const shown = { ...layout, x: 0, y: 0, w: width ?? cardWidth(layout) }
  const stage = cardStageHeight(id, card.definition, shown)
  const { node, run } = card
  const className = classNames(
    'card relative',
    selected && 'selected',
    hinted && 'will-run-hint',
    run.state === 'failed' && 'failed',
    run.state === 'asking' && 'attention',
    run.problem?.code === 'pack/missing' && node.mode === 'on' && 'attention card-missing',
    !card.definition && 'attention card-missing',
    node.mode === 'mute' && 'muted',
    node.mode === 'bypass' && 'bypassed',
  )
  const rows = (
    <CardRows
      card={card}
      names={names}
      stage={stage}
      collapsed={layout?.collapsed}
      withFacts={level === 'full'}
      withLabels={level === 'full' || level === 'middle'}
    />
  )
  if (level === 'block' || level === 'far') {
    return (
      <FarCard
        card={card}
        className={className}
        width={shown.w}
        height={height ?? 0}
        stage={stage}
        level={level}
      >
        {level === 'far' && rows}
      </FarCard>
    )
  }
  // Without its foot a card ends below its sockets; its place on the canvas stays the same.
  const footless = level === 'middle' && !layout?.collapsed && height !== undefined
  return (
    <article
      className={className}
      style={{ width: shown.w, height: footless ? height - CARD.foot : height }}
      data-state={run.state}
      // Dimmed as a whole: what it says stands at full strength in the inspector.
      aria-disabled={node.mode === 'on' ? undefined : true}
    >
      <CardHeader card={card} width={shown.w} />
      {!layout?.collapsed && <CardStage card={card} width={shown.w} height={stage} />}
      {rows}
      {!layout?.collapsed && level === 'full' && <CardFoot card={card} />}
      <WidthControl id={id} />
    </article>
  )
})

function CardStage({ card, width, height }: { card: CardModel; width: number; height: number }) {
  if (!card.definition) return <MissingType card={card} height={height} />
  return (
    <div style={{ height }} className="overflow-hidden">
      <NodeStage nodeId={card.id} width={width} />
    </div>
  )
}

function MissingType({ card, height }: { card: CardModel; height: number }) {
  return (
    <div style={{ height }} className="overflow-hidden px-3 pt-2 text-11">
      <p className="font-strong text-12">This studio has no {card.node.type}</p>
      <p className="mt-1 text-text-2">
        The node, its settings and its edges are kept. Update MMGT Studio, or replace it.
      </p>
    </div>
  )
}

/** The right edge of a card: drag for another width. */
function WidthControl({ id }: { id: string }) {
  const { commands } = useEditor()
  return (
    <NodeResizeControl
      position="right"
      variant={undefined}
      minWidth={CARD_WIDTH.least}
      maxWidth={CARD_WIDTH.most}
      resizeDirection="horizontal"
      className="card-resize nodrag"
      onResizeEnd={(_, { width }) => commands.resizeItem(id, { w: width })}
    />
  )
}
