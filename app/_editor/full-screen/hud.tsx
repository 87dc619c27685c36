'use client'
import { type LucideIcon, Maximize, Minus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import type { StageView } from './stage-view'

/** A panel that floats over a stage. */
export function Hud({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div
      className={classNames(
        'absolute z-(--z-canvas-hud) flex rounded-3 bg-raised p-1 shadow-2 outline outline-line-2 -outline-offset-1',
        className,
      )}
      onPointerDown={(event) => event.stopPropagation()}
    >
      {children}
    </div>
  )
}

export interface Tool<T extends string> {
  id: T
  label: string
  icon: LucideIcon
  keys?: string
}

export interface ToolAction {
  label: string
  icon: LucideIcon
  keys?: string
  on?: boolean
  disabled?: boolean
  run(): void
}

/** Tools of which one is on, and below a line things to do. */
export function ToolRail<T extends string>({
  tools,
  tool,
  onTool,
  actions = [],
}: {
  tools: readonly Tool<T>[]
  tool: T
  onTool(tool: T): void
  actions?: readonly ToolAction[]
}) {
  return (
    <Hud className="top-4 left-4 flex-col gap-0.5">
      {tools.map(({ id, label, icon, keys }) => (
        <IconButton
          key={id}
          icon={icon}
          label={label}
          keys={keys}
          on={tool === id}
          accent
          tooltipSide="right"
          className="size-8!"
          onClick={() => onTool(id)}
        />
      ))}
      {actions.length > 0 && <span className="mx-1.5 my-1 h-px bg-line-2" />}
      {actions.map(({ label, icon, keys, on, disabled, run }) => (
        <IconButton
          key={label}
          icon={icon}
          label={label}
          keys={keys}
          on={on}
          disabled={disabled}
          tooltipSide="right"
          className="size-8!"
          onClick={run}
        />
      ))}
    </Hud>
  )
}

export function ZoomHud({ stage }: { stage: StageView }) {
  return (
    <Hud className="right-4 bottom-4 items-center">
      <IconButton
        icon={Minus}
        label="Zoom out"
        size="small"
        tooltipSide="top"
        onClick={() => stage.zoom(1 / 1.25)}
      />
      <button
        type="button"
        className="h-6 w-14 cursor-default rounded-2 text-center font-mono text-11 text-text-2 hover:bg-hover"
        onClick={stage.actualSize}
        title="100 %"
      >
        {Math.round(stage.view.scale * 100)} %
      </button>
      <IconButton
        icon={Plus}
        label="Zoom in"
        size="small"
        tooltipSide="top"
        onClick={() => stage.zoom(1.25)}
      />
      <IconButton icon={Maximize} label="Fit" keys="F" size="small" tooltipSide="top" onClick={stage.fit} />
    </Hud>
  )
}
