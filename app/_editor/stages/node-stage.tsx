'use client'
import { type ReactNode, useMemo } from 'react'
import { ComparisonCard } from './comparison-card'
import { isComparison, shownType, shownValue } from './stage-kind'
import { type StageRun, useStageSource } from './stage-source'
import { StageView, workOf } from './stage-view'
import type { BesideFigures } from './table-stage'
import { portraitFor, upstreamValue } from './trace-values'

export { stageHeight } from './stage-kind'

/** The stage of a card and its time strip. */
export function NodeStage({ nodeId, width }: { nodeId: string; width: number }) {
  const source = useStageSource()
  const definition = source.useDefinition(nodeId)
  const run = source.useRun(nodeId)
  const label = source.useTitle(nodeId)
  const beside = useBesideFigures(nodeId, run)
  const type = definition && shownType(definition)
  if (!definition || type === undefined) return null
  const value = shownValue(definition, run.values)
  if (isComparison(definition)) {
    return (
      <ComparisonCard nodeId={nodeId} width={width} label={label} run={run} table={value} beside={beside} />
    )
  }
  const shown = value?.type ?? type // an `any` output has a value of some type
  return (
    <WithNeighbours nodeId={nodeId} needed={shown === 'pose' || shown === 'mask' || shown === 'file'}>
      {({ under, moving }) => (
        <StageView
          type={type}
          width={width}
          label={label}
          value={value}
          under={under}
          moving={moving}
          beside={beside}
          stale={run.stale}
          queued={run.state === 'waiting'}
          error={run.state === 'failed' ? run.error : undefined}
          lacksPack={run.problem?.code === 'pack/missing'}
          work={workOf(run)}
        />
      )}
    </WithNeighbours>
  )
}

function useBesideFigures(nodeId: string, { costs }: StageRun): BesideFigures {
  const compare = useStageSource().useCompare?.()
  return { costs: costs ?? [], compare: compare && (() => compare(nodeId)) }
}

type Neighbours = {
  under?: ReturnType<typeof portraitFor>
  moving?: ReturnType<typeof portraitFor>
}

interface WithNeighboursProps {
  nodeId: string
  needed: boolean
  children(neighbours: Neighbours): ReactNode
}

/** Only stages that show values of other nodes listen to them. */
function WithNeighbours({ nodeId, needed, children }: WithNeighboursProps) {
  return needed ? <Listening nodeId={nodeId}>{children}</Listening> : children({})
}

function Listening({ nodeId, children }: Omit<WithNeighboursProps, 'needed'>) {
  const source = useStageSource()
  const wiring = source.useWiring()
  const values = source.useValues()
  const neighbours = useMemo(
    () => ({
      under: portraitFor(wiring, values, nodeId),
      moving: upstreamValue(wiring, values, nodeId, 'video')?.ref,
    }),
    [wiring, values, nodeId],
  )
  return children(neighbours)
}
