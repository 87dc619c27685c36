'use client'
import { Maximize, Minus, Plus } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { usePanel } from '../panels/panel-store'
import { type CanvasControls, useCanvasView } from './canvas-view'
import { Minimap } from './minimap'

/** Minimap and zoom, bottom left. */
export function CanvasHud({ controls }: { controls: CanvasControls }) {
  // A panel lies over the left edge; what floats there moves beside it.
  const beside = usePanel((state) => state.open !== undefined)
  return (
    <div
      className={`pointer-events-none absolute bottom-4 z-(--z-canvas-hud) flex items-end gap-2 ${beside ? 'left-[280px]' : 'left-4'}`}
    >
      <div className="pointer-events-auto relative h-[92px] w-[150px] overflow-hidden rounded-3 bg-panel shadow-2 outline outline-line-2 -outline-offset-1 max-xl:hidden">
        <Minimap />
      </div>
      <div className="pointer-events-auto flex h-8 items-center rounded-3 bg-panel px-0.5 shadow-2 outline outline-line-2 -outline-offset-1">
        <IconButton
          icon={Minus}
          label="Zoom out"
          keys="−"
          tooltipSide="top"
          onClick={() => controls.zoomBy(1 / 1.25)}
        />
        <ZoomLabel onClick={() => controls.zoomTo(1)} />
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

/** The only part that renders at every notch of the wheel. */
function ZoomLabel({ onClick }: { onClick(): void }) {
  const percent = useCanvasView((view) => Math.round(view.zoom * 100))
  return (
    <button
      type="button"
      aria-label={`Zoom ${percent} %. Back to 100 %`}
      onClick={onClick}
      className="h-7 min-w-[52px] rounded-2 text-center text-text-2 tabular-nums hover:bg-hover"
    >
      {percent} %
    </button>
  )
}
