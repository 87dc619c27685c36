'use client'
import type { PointerEvent, ReactNode } from 'react'
import type { FirstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import type { Place, StageView } from '../full-screen/stage-view'
import { type FitGrip, fromHead, HANDLE_AT } from './fit-moves'
import type { FitStep } from './fit-steps'

type OnGrab = (grip: FitGrip, event: PointerEvent) => void

/** What can be dragged in a step. */
export function FitHandles({
  step,
  fit,
  stage,
  onGrab,
}: {
  step: FitStep
  fit: FirstPoseFit
  stage: StageView
  onGrab: OnGrab
}) {
  const { x, y, scale } = stage.view
  const toStage = (p: Place) => ({ x: x + p.x * scale, y: y + p.y * scale })
  return (
    <svg aria-hidden className="absolute inset-0 size-full" style={{ pointerEvents: 'none' }}>
      {step === 'head' && <HeadBox fit={fit} toStage={toStage} onGrab={onGrab} />}
      {(['right', 'left'] as const).map((side) => {
        const arm = fit[side]
        const points =
          step === 'shoulders'
            ? (['shoulder'] as const)
            : step === 'arms'
              ? (['elbow', 'wrist'] as const)
              : []
        const handle = {
          x: arm.wrist.x + Math.sin((arm.hand.degrees * Math.PI) / 180) * arm.hand.palm * HANDLE_AT,
          y: arm.wrist.y - Math.cos((arm.hand.degrees * Math.PI) / 180) * arm.hand.palm * HANDLE_AT,
        }
        const [w, h] = [toStage(arm.wrist), toStage(handle)]
        return (
          <g key={side}>
            {points.map((point) => (
              <Grip
                key={point}
                at={toStage(arm[point])}
                name={`${side}-${point}`}
                onGrab={(event) => onGrab({ kind: 'point', side, point }, event)}
              >
                <circle r={9} fill="rgb(61 178 255 / 0.2)" stroke="var(--now)" strokeWidth={2} />
                <circle r={3} fill="#fff" />
              </Grip>
            ))}
            {step === 'hands' && arm.hand.seen && (
              <>
                <path
                  d={`M${w.x} ${w.y}L${h.x} ${h.y}`}
                  stroke="var(--now)"
                  strokeWidth={1.5}
                  strokeDasharray="4 3"
                />
                <Grip
                  at={w}
                  name={`${side}-hand-place`}
                  onGrab={(event) => onGrab({ kind: 'point', side, point: 'wrist' }, event)}
                >
                  <circle r={9} fill="rgb(61 178 255 / 0.2)" stroke="var(--now)" strokeWidth={2} />
                </Grip>
                <Grip at={h} name={`${side}-hand`} onGrab={(event) => onGrab({ kind: 'hand', side }, event)}>
                  <circle r={7} fill="#fff" stroke="#111" strokeWidth={1.4} />
                </Grip>
              </>
            )}
          </g>
        )
      })}
    </svg>
  )
}

function HeadBox({ fit, toStage, onGrab }: { fit: FirstPoseFit; toStage(p: Place): Place; onGrab: OnGrab }) {
  const { head } = fit
  const at = (across: number, down: number) =>
    toStage(fromHead(fit, { x: across * head.width, y: down * head.height }))
  const corners = [at(-0.5, 0), at(0.5, 0), at(0.5, 1), at(-0.5, 1)]
  const line = (down: number, kind: 'eyes' | 'mouth') => {
    const [a, b] = [at(-0.5, down), at(0.5, down)]
    return (
      <g>
        <path
          d={`M${a.x} ${a.y}L${b.x} ${b.y}`}
          stroke="#fff"
          strokeWidth={1.2}
          strokeDasharray="5 4"
          opacity={0.9}
        />
        <Grip at={at(0.62, down)} name={kind} onGrab={(event) => onGrab({ kind }, event)}>
          <rect x={-22} y={-9} width={44} height={18} rx={4} fill="#111" stroke="#fff" strokeWidth={1.2} />
          <text textAnchor="middle" y={3.5} fontSize={10} fill="#fff">
            {kind}
          </text>
        </Grip>
      </g>
    )
  }
  const top = at(0, -0.35)
  const brows = at(0, 0)
  return (
    <g>
      <path d={`M${brows.x} ${brows.y}L${top.x} ${top.y}`} stroke="#fff" strokeWidth={1.4} opacity={0.9} />
      <path
        d={`M${corners.map((p) => `${p.x} ${p.y}`).join('L')}Z`}
        fill="rgb(61 178 255 / 0.06)"
        stroke="var(--now)"
        strokeWidth={2}
        data-handle="head"
        style={{ pointerEvents: 'auto', cursor: 'move' }}
        onPointerDown={(event) => onGrab({ kind: 'head' }, event)}
      />
      {line(head.eyes, 'eyes')}
      {line(head.mouth, 'mouth')}
      {(
        [
          ['left', at(-0.5, 0.5)],
          ['right', at(0.5, 0.5)],
          ['top', at(0, 0)],
          ['bottom', at(0, 1)],
        ] as const
      ).map(([side, place]) => (
        <Grip
          key={side}
          at={place}
          name={`head-${side}`}
          onGrab={(event) => onGrab({ kind: 'head-side', side }, event)}
        >
          <rect x={-5} y={-5} width={10} height={10} rx={1} fill="#fff" stroke="#111" strokeWidth={1.2} />
        </Grip>
      ))}
      <Grip at={top} name="head-turn" onGrab={(event) => onGrab({ kind: 'head-turn' }, event)}>
        <circle r={6} fill="#fff" stroke="#111" strokeWidth={1.4} />
      </Grip>
    </g>
  )
}

function Grip({
  at,
  name,
  onGrab,
  children,
}: {
  at: Place
  name: string
  onGrab(event: PointerEvent): void
  children: ReactNode
}) {
  return (
    <g
      data-handle={name}
      style={{ pointerEvents: 'auto', cursor: 'grab' }}
      transform={`translate(${at.x} ${at.y})`}
      onPointerDown={onGrab}
    >
      <circle r={13} fill="transparent" />
      {children}
    </g>
  )
}
