'use client'
import { MiniMap } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { usePanel } from '../panels/panel-store'
import { useEditor } from '../state/editor-context'
import { type CanvasControls, useCanvasView } from './canvas-view'
import type { CanvasNode } from './flow-items'

/** Minimap and zoom, bottom left. */
export function CanvasHud({ controls }: { controls: CanvasControls }) {
  const zoom = useCanvasView((view) => view.zoom)
  const { runs } = useEditor()
  // A panel lies over the left edge; what floats there moves beside it.
  const beside = usePanel((state) => state.open !== undefined)
  const colour = ({ id, type }: CanvasNode) => {
    if (type !== 'card') return 'transparent'
    const state = runs.store.getState().views[id]?.state
    return state === 'running' ? 'var(--accent)' : state === 'failed' ? 'var(--err)' : 'var(--text-3)'
  }
  return (
    <div
      className={`pointer-events-none absolute bottom-4 z-(--z-canvas-hud) flex items-end gap-2 ${beside ? 'left-[280px]' : 'left-4'}`}
    >
      <div className="pointer-events-auto relative h-[92px] w-[150px] overflow-hidden rounded-3 bg-panel shadow-2 outline outline-line-2 -outline-offset-1 max-xl:hidden">
        <MiniMap<CanvasNode>
          nodeColor={colour}
          nodeStrokeWidth={0}
          nodeBorderRadius={24}
          pannable
          zoomable
          ariaLabel="Overview"
          style={{ width: 150, height: 92, margin: 0, inset: 0, position: 'absolute' }}
        />
      </div>
      <div className="pointer-events-auto flex h-8 items-center rounded-3 bg-panel px-0.5 shadow-2 outline outline-line-2 -outline-offset-1">
        <IconButton
          icon={Minus}
          label="Zoom out"
          keys="−"
          tooltipSide="top"
          onClick={() => controls.zoomBy(1 / 1.25)}
        />
        <button
          type="button"
          aria-label={`Zoom ${Math.round(zoom * 100)} %. Back to 100 %`}
          onClick={() => controls.zoomTo(1)}
          className="h-7 min-w-[52px] rounded-2 text-center text-text-2 tabular-nums hover:bg-hover"
        >
          {Math.round(zoom * 100)} %
        </button>
        <IconButton
          icon={Plus}
          label="Zoom in"
          keys="+"
          tooltipSide="top"
          onClick={() => controls.zoomBy(1.25)}
        />
        <IconButton
          icon={Maximize}
          label="Fit all"
          keys="F"
          tooltipSide="top"
          onClick={() => controls.fit()}
        />
      </div>
    </div>
  )
}
