'use client'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { StoredRef } from '../../_lib/values/stored-value'
import { ComparisonStage } from './comparison-stage'
import { pictureHeight } from './stage-kind'
import { type StageRun, useStageSource } from './stage-source'
import { StageView, workOf } from './stage-view'
import type { BesideFigures } from './table-stage'
import { TimeStrip } from './time-strip'

interface ComparisonCardProps {
  nodeId: string
  width: number
  label: string
  run: StageRun
  table: ValueRef | undefined
  beside: BesideFigures
}

/** A comparison shows the videos that go into it as soon as there are both; the run adds the figures. */
export function ComparisonCard({ nodeId, width, label, run, table, beside }: ComparisonCardProps) {
  const source = useStageSource()
  const { edges } = source.useWiring()
  const values = source.useValues()
  const input = (socket: string): StoredRef | undefined => {
    const edge = edges.find(({ to }) => to[0] === nodeId && to[1] === socket)
    const ref = edge && values[edge.from[0]]?.[edge.from[1]]
    return ref && 'blobs' in ref && ref.type === 'video' ? ref : undefined
  }
  const [a, b] = [input('a'), input('b')]
  const height = pictureHeight('video', width)
  if (!a || !b || run.state === 'failed' || run.state === 'running') {
    return (
      <StageView
        type="video"
        width={width}
        label={label}
        error={run.state === 'failed' ? run.error : undefined}
        work={workOf(run)}
      />
    )
  }
  return (
    <div style={{ width }}>
      <div className="relative overflow-hidden" style={{ width, height }}>
        <ComparisonStage
          a={a}
          b={b}
          table={table}
          beside={beside}
          width={width}
          height={height}
          label={label}
        />
      </div>
      <TimeStrip value={a} width={width} label={label} />
    </div>
  )
}
