'use client'
import type { SocketKind } from '../../../nodes/core/sockets'
import type { SocketType } from '../../../nodes/core/values'
import { SocketSign } from '../../_ui/socket-sign'
import { useShownEdge } from '../canvas/shown-edge'
import { useEditor, useWorkflow } from '../state/editor-context'
import { select } from '../state/selection-store'

/**
 * A folded edge at its input: where its value comes from. Pointing at it draws the edge, a click chooses it. By keyboard
 * the edges of the chosen nodes are folded and opened all at once, and the list has each of them.
 */
export function EdgeChip({ edge, from, type }: { edge: string; from: string; type: SocketKind }) {
  const { definitions, selection } = useEditor()
  const node = useWorkflow(({ nodes }) => nodes[from])
  const title = node?.title ?? definitions.get(node?.type ?? '')?.title ?? from
  const show = (shown: boolean) => useShownEdge.setState({ edge: shown ? edge : undefined })
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`Comes from ${title}`}
      onPointerEnter={() => show(true)}
      onPointerLeave={() => show(false)}
      onClick={(event) => {
        event.stopPropagation()
        select(selection, { edges: [edge] })
      }}
      className="nodrag flex h-4 min-w-0 items-center gap-1 self-center rounded-1 bg-active px-1.5 text-11 text-text-2 leading-4 hover:text-text-1"
    >
      <SocketSign type={type as SocketType} size={8} halo={false} />
      <span className="truncate">{title}</span>
    </button>
  )
}
