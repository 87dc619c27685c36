'use client'
import { type EdgeProps, useStore } from '@xyflow/react'
import { memo } from 'react'
import { useStore as useZustand } from 'zustand'
import { classNames } from '../../_ui/class-names'
import { socketColour } from '../../_ui/socket-sign'
import { type Editor, useEditor, useWorkflow } from '../state/editor-context'
import { isFolded } from '../state/folded-edges'
import { useSocketType } from '../state/use-socket-type'
import { useConnecting } from './connecting'
import { edgePath } from './edge-path'
import type { CanvasEdge } from './flow-items'
import { useDetailLevel } from './level-of-detail'
import { useLifted } from './lifted'
import { useShownEdge } from './shown-edge'

export type WireState = 'idle' | 'carrying' | 'will-run' | 'disagrees' | 'off'

/** An edge: a line in the colour of what it carries, with a halo of the canvas so that crossings read. */
export const Wire = memo(function Wire(props: EdgeProps<CanvasEdge>) {
  const { id, source, target, sourceHandleId, targetHandleId, selected } = props
  const editor = useEditor()
  const type = useSocketType(source, sourceHandleId ?? '', 'output')
  const state = useWireState(editor, source, target, sourceHandleId ?? '', targetHandleId ?? '')
  const takesIn = useConnecting(({ insertInto }) => insertInto === id)
  const isHidden = useHidden(id, target, selected === true)
  const plain = useDetailLevel(({ level }) => level === 'block')
  const { x1, y1, x2, y2, below } = useEnds(props)
  const path = edgePath(x1, y1, x2, y2, below)
  if (isHidden && state !== 'disagrees') return null
  const colour = state === 'disagrees' ? 'var(--err)' : socketColour(type)
  if (plain) return <path d={path} className="wire" style={{ stroke: colour }} />
  return (
    <>
      <path d={path} className="wire-halo" />
      {(selected || takesIn) && <path d={path} className="wire-selected" />}
      <path
        d={path}
        className={classNames('wire', state !== 'idle' && state, (selected || takesIn) && 'chosen')}
        style={{ stroke: colour }}
      />
      {state === 'carrying' && <path d={path} className="wire-dots" style={{ stroke: colour }} />}
      <path d={path} className="react-flow__edge-interaction wire-hit" />
      {state === 'disagrees' && (
        <circle
          cx={(x1 + x2) / 2}
          cy={below ?? (y1 + y2) / 2}
          r={4}
          fill="var(--err)"
          stroke="var(--bg-canvas)"
          strokeWidth={2}
        />
      )}
    </>
  )
})

/** A folded edge is not drawn where its chip can be seen, but for the one that is chosen or pointed at. */
function useHidden(id: string, target: string, selected: boolean): boolean {
  const folded = useWorkflow((document) => !document.layout[target]?.collapsed && isFolded(document, id))
  const hasChips = useDetailLevel(({ level }) => level === 'full' || level === 'middle')
  const isShown = useShownEdge(({ edge }) => edge === id)
  return folded && hasChips && !selected && !isShown
}

function useWireState(
  editor: Editor,
  source: string,
  target: string,
  output: string,
  input: string,
): WireState {
  const off = useWorkflow(({ nodes }) => nodes[source]?.mode === 'mute' || nodes[target]?.mode === 'mute')
  const targetType = useWorkflow(({ nodes }) => nodes[target]?.type)
  const agreements = editor.definitions.get(targetType ?? '')?.agree
  const disagrees = useZustand(editor.runs.store, ({ views }) => {
    if (views[target]?.problem?.code !== 'graph/facts-differ') return false
    const agreement = agreements?.find(({ sockets }) => sockets.includes(input))
    if (!agreement) return false
    const other = agreement.sockets[0] === input ? agreement.sockets[1] : agreement.sockets[0]
    const edge = editor.document.getState().edges.find(({ to }) => to[0] === target && to[1] === other)
    const [a, b] = [
      views[source]?.facts[output]?.[agreement.fact],
      edge && views[edge.from[0]]?.facts[edge.from[1]]?.[agreement.fact],
    ]
    return a !== undefined && b !== undefined && a !== b
  })
  const flow = useZustand(editor.runs.store, ({ views }): WireState => {
    const [a, b] = [views[source], views[target]]
    if (b?.state === 'running' && a?.state !== 'running') return 'carrying'
    return b?.willRun && b.state !== 'running' ? 'will-run' : 'idle'
  })
  if (disagrees) return 'disagrees'
  return off ? 'off' : flow
}

/** Both ends, where their cards are dragged to. */
function useEnds({ source, target, sourceX, sourceY, targetX, targetY }: EdgeProps<CanvasEdge>) {
  const a = useLifted(({ offsets }) => offsets.get(source))
  const b = useLifted(({ offsets }) => offsets.get(target))
  const x1 = sourceX + (a?.x ?? 0)
  const x2 = targetX + (b?.x ?? 0)
  const below = useBackwardLane(source, target, x2 - x1, a?.y ?? 0, b?.y ?? 0)
  return { x1, y1: sourceY + (a?.y ?? 0), x2, y2: targetY + (b?.y ?? 0), below }
}

/** Height at which an edge that goes back passes: between the cards where there is room, else below both. */
function useBackwardLane(source: string, target: string, dx: number, liftA: number, liftB: number) {
  return useStore((state) => {
    if (dx >= 16) return undefined
    const [a, b] = [state.nodeLookup.get(source), state.nodeLookup.get(target)]
    if (!a || !b) return undefined
    const [topA, topB] = [a.internals.positionAbsolute.y + liftA, b.internals.positionAbsolute.y + liftB]
    const bottomA = topA + (a.measured.height ?? 0)
    const bottomB = topB + (b.measured.height ?? 0)
    if (topB - bottomA >= 16) return (bottomA + topB) / 2
    if (topA - bottomB >= 16) return (bottomB + topA) / 2
    return Math.max(bottomA, bottomB) + 24
  })
}
