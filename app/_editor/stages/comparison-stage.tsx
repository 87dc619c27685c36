'use client'
import { type KeyboardEvent, type PointerEvent, useCallback, useRef, useState } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { readTable } from '../../_lib/values/load-values'
import { identityOf, type StoredRef } from '../../_lib/values/stored-value'
import { classNames } from '../../_ui/class-names'
import { useArtifacts } from './artifact-context'
import { type ComparisonMode, type ComparisonView, comparisonPicture } from './comparison-picture'
import { PairFigures } from './pair-figures'
import { containRect, type PictureContext } from './picture'
import { StageCanvas } from './stage-canvas'
import type { BesideFigures } from './table-stage'

const MODES: readonly { mode: ComparisonMode; label: string }[] = [
  { mode: 'slider', label: 'Slider' },
  { mode: 'beside', label: 'Beside' },
  { mode: 'difference', label: 'Difference' },
]

interface ComparisonStageProps {
  a: StoredRef
  b: StoredRef
  /** The figures, once there are some. */
  table?: ValueRef
  beside: BesideFigures
  width: number
  height: number
  label: string
}

/** Two videos in step with everything else, with a border to drag between them, and what was measured over them. */
export function ComparisonStage({ a, b, table, beside, width, height, label }: ComparisonStageProps) {
  const source = useArtifacts()
  const [mode, setMode] = useState<ComparisonMode>('slider')
  const [figures, setFigures] = useState(false)
  const [failure, setFailure] = useState<string>()
  const view = useRef<ComparisonView>({ mode: 'slider', split: 0.5 })
  const key = `${identityOf(a)} ${identityOf(b)}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values come in new objects with every analysis
  const pictures = useCallback(
    (context: PictureContext) => [comparisonPicture(a, b, view.current, context)],
    [key],
  )
  const choose = (next: ComparisonMode) => {
    view.current.mode = next
    view.current.changed?.()
    setMode(next)
  }
  const rows = [...((table && readTable(table)?.rows) ?? []), ...beside.costs]
  const aspect = (a.meta.width as number) / (a.meta.height as number)
  return (
    <div className="absolute inset-0 bg-stage">
      <StageCanvas
        pictures={pictures}
        width={width}
        height={height}
        label={label}
        source={source}
        onFailure={(error) => setFailure(error instanceof Error ? error.message : String(error))}
      />
      {failure && (
        <p className="absolute inset-x-0 top-1/2 px-4 text-center text-11 text-white/70" role="alert">
          {failure}
        </p>
      )}
      {mode === 'slider' && !figures && (
        <BorderSlider
          rect={containRect({ width, height }, aspect)}
          label={`Border between A and B of ${label}`}
          onSplit={(split) => {
            view.current.split = split
            view.current.changed?.()
          }}
        />
      )}
      {mode !== 'difference' && !figures && <Names />}
      {figures && (
        <div className="absolute inset-x-0 top-0 bg-black/80">
          <PairFigures rows={rows} compare={beside.compare} height={height - 24} />
        </div>
      )}
      <fieldset
        aria-label={`View of ${label}`}
        className="nodrag absolute inset-x-0 bottom-0 flex h-6 justify-center gap-0.5 bg-black/60 px-1 py-0.5"
      >
        {MODES.map((each) => (
          <Choice key={each.mode} on={mode === each.mode} onClick={() => choose(each.mode)}>
            {each.label}
          </Choice>
        ))}
        {rows.length > 0 && (
          <Choice on={figures} onClick={() => setFigures(!figures)}>
            Figures
          </Choice>
        )}
      </fieldset>
    </div>
  )
}

function Choice({ on, onClick, children }: { on: boolean; onClick(): void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onClick}
      className={classNames(
        'h-5 whitespace-nowrap rounded-1 px-1 font-strong text-11 hover:bg-white/16 hover:text-white',
        on ? 'bg-white/20 text-white' : 'text-white/75',
      )}
    >
      {children}
    </button>
  )
}

function Names() {
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-x-1.5 top-1 flex justify-between font-strong text-11 text-white"
    >
      {['A', 'B'].map((name) => (
        <span key={name} className="rounded-1 bg-black/55 px-1">
          {name}
        </span>
      ))}
    </div>
  )
}

interface BorderSliderProps {
  /** Where the picture is on the stage, CSS pixels. */
  rect: { x: number; y: number; width: number; height: number }
  label: string
  onSplit(split: number): void
}

/** The line between A and B: drag it, press anywhere on the picture, or use the arrow keys. */
function BorderSlider({ rect, label, onSplit }: BorderSliderProps) {
  const [percent, setPercent] = useState(50)
  const move = (to: number) => {
    const next = Math.max(0, Math.min(100, to))
    setPercent(next)
    onSplit(next / 100)
  }
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    move(((event.clientX - left) / width) * 100)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 2
    const to = {
      ArrowLeft: percent - step,
      ArrowDown: percent - step,
      ArrowRight: percent + step,
      ArrowUp: percent + step,
      Home: 0,
      End: 100,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation() // the same keys move cards and the play position
    move(to)
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={`A shows ${Math.round(percent)} %`}
      className="nodrag nopan absolute cursor-ew-resize touch-none"
      style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        follow(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && follow(event)}
    >
      <span
        aria-hidden
        className="absolute inset-y-0 w-0.5 -translate-x-1/2 bg-white shadow-[0_0_3px_#000]"
        style={{ left: `${percent}%` }}
      />
    </div>
  )
}
