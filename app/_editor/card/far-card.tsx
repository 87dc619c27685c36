'use client'
import type { ReactNode } from 'react'
import { classNames } from '../../_ui/class-names'
import { NodeStage } from '../stages/node-stage'
import type { CardModel } from './use-card'

interface FarCardProps {
  card: CardModel
  className: string
  width: number
  height: number
  stage: number
  level: 'far' | 'block'
  children: ReactNode
}

const BLOCK_COLOURS: Partial<Record<CardModel['run']['state'], string>> = {
  running: 'var(--accent)',
  failed: 'var(--err)',
  asking: 'var(--warn)',
  done: 'var(--bg-active)',
  cached: 'var(--bg-active)',
}

/** A card from far away: its picture and its name, or only a block that says its state. */
export function FarCard({ card, className, width, height, stage, level, children }: FarCardProps) {
  if (level === 'block') {
    return (
      <div
        role="img"
        aria-label={card.title}
        className={className}
        style={{
          width,
          height,
          background: BLOCK_COLOURS[card.run.state] ?? 'var(--bg-card)',
          boxShadow: 'none',
        }}
      />
    )
  }
  const isEmpty = Object.keys(card.run.values).length === 0
  return (
    <article
      className={className}
      style={{ width, height }}
      data-state={card.run.state}
      aria-disabled={card.node.mode === 'on' ? undefined : true}
    >
      <div
        className={classNames(
          'absolute inset-0 grid place-items-center overflow-hidden rounded-3',
          isEmpty ? 'bg-card' : 'bg-stage',
        )}
      >
        {card.definition && stage > 0 && (
          <div style={{ height: stage }}>
            <NodeStage nodeId={card.id} width={width} />
          </div>
        )}
      </div>
      <span className="far-name absolute top-full left-1/2 -translate-x-1/2 truncate whitespace-nowrap font-title text-text-1">
        {card.title}
      </span>
      {children}
    </article>
  )
}
