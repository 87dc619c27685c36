'use client'
import type { PointerEvent, ReactNode } from 'react'
import { VISIBLE_SCORE } from '../../../nodes/lib/pose/keypoints'
import type { StageView } from '../full-screen/stage-view'
import { type Grab, partCircle } from './gestures'
import { ARM_OF, HAND_OF, type PartId, partById } from './parts'
import { type PoseTool, usePoseSession } from './session'

type OnGrab = (grab: Grab, event: PointerEvent) => void

const BODY_HANDLES = [1, 2, 3, 4, 5, 6, 7, 8, 11]
const FACE_PARTS: PartId[] = ['face', 'brows', 'eyes', 'lips']
const ACCENT = 'var(--now)'

/** Which handles a tool offers, whatever is selected. */
const SHOWN: Record<PoseTool, { joints: boolean; parts: readonly PartId[] }> = {
  select: { joints: true, parts: [] },
  joints: { joints: true, parts: [] },
  hand: { joints: false, parts: ['rightHand', 'leftHand'] },
  head: { joints: false, parts: ['head'] },
  face: { joints: false, parts: FACE_PARTS },
}

/** Handles over the stage, in pixels of the stage so that they keep their size. */
export function Gizmos({
  points,
  stage,
  onGrab,
}: {
  points: Float32Array
  stage: StageView
  onGrab: OnGrab
}) {
  const { view } = usePoseSession()
  const { x, y, scale } = stage.view
  const place = (i: number) => ({ x: x + points[3 * i] * scale, y: y + points[3 * i + 1] * scale })
  const seen = (i: number) => points[3 * i + 2] >= VISIBLE_SCORE
  const { joints, parts } = SHOWN[view.tool]
  const arms = view.parts.filter((part) => ARM_OF[part])
  const rings =
    view.tool === 'joints'
      ? []
      : [...new Set([...parts, ...view.parts])].filter((part) => !ARM_OF[part] && part !== 'body')
  const fingers = view.tool === 'joints' ? view.parts.flatMap((part) => HAND_OF[part] ?? []) : []
  return (
    <svg aria-hidden className="absolute inset-0 size-full" style={{ pointerEvents: 'none' }}>
      {rings.map((part) => {
        const circle = partCircle(points, part)
        if (!circle) return null
        const centre = { x: x + circle.centre.x * scale, y: y + circle.centre.y * scale }
        return (
          <Ring
            key={part}
            part={part}
            centre={centre}
            radius={circle.radius * scale + 12}
            faint={!view.parts.includes(part)}
            onGrab={onGrab}
          />
        )
      })}
      {arms.map((part) => (
        <ArmGizmo key={part} part={part} place={place} onGrab={onGrab} />
      ))}
      {joints &&
        BODY_HANDLES.filter((i) => seen(i) && !arms.some((part) => armJoints(part).includes(i))).map((i) => (
          <Handle
            key={i}
            at={place(i)}
            onGrab={(event) => onGrab({ kind: 'joint', joint: i }, event)}
            label={`joint-${i}`}
          />
        ))}
      {fingers.flatMap(({ root }) =>
        Array.from({ length: 21 }, (_, k) => root + k)
          .filter(seen)
          .map((i) => (
            <Handle
              key={i}
              small
              at={place(i)}
              label={`joint-${i}`}
              onGrab={(event) => onGrab({ kind: 'joint', joint: i }, event)}
            />
          )),
      )}
      {view.tool === 'select' && seen(0) && !view.parts.includes('head') && (
        <Handle
          at={place(0)}
          label="head"
          onGrab={(event) => onGrab({ kind: 'move', part: 'head' }, event)}
        />
      )}
    </svg>
  )
}

const armJoints = (part: PartId): number[] => {
  const arm = ARM_OF[part]
  return arm ? [arm.shoulder, arm.elbow, arm.wrist] : []
}

interface At {
  x: number
  y: number
}

/** Something to take hold of: drawn by `children`, felt a little beyond. */
function Grip({
  at,
  reach = 11,
  cursor = 'grab',
  label,
  onGrab,
  children,
}: {
  at: At
  reach?: number
  cursor?: string
  label?: string
  onGrab(event: PointerEvent): void
  children?: ReactNode
}) {
  return (
    <g
      data-handle={label}
      style={{ pointerEvents: 'auto', cursor }}
      onPointerDown={onGrab}
      transform={`translate(${at.x} ${at.y})`}
    >
      <circle r={reach} fill="transparent" />
      {children}
    </g>
  )
}

function Handle({
  at,
  small,
  label,
  onGrab,
}: {
  at: At
  small?: boolean
  label: string
  onGrab(event: PointerEvent): void
}) {
  return (
    <Grip at={at} reach={small ? 6 : 11} label={label} onGrab={onGrab}>
      <circle r={small ? 2.6 : 4.6} fill="#111" stroke="#fff" strokeWidth={small ? 1.2 : 1.8} />
    </Grip>
  )
}

/** Square anchor at the shoulder, elbow, and a wrist with two axes. */
function ArmGizmo({ part, place, onGrab }: { part: PartId; place(i: number): At; onGrab: OnGrab }) {
  const arm = ARM_OF[part]
  if (!arm) return null
  const [s, e, w] = [arm.shoulder, arm.elbow, arm.wrist].map(place)
  const joint = (i: number, axis?: 'x' | 'y') => (event: PointerEvent) =>
    onGrab({ kind: 'joint', joint: i, axis }, event)
  return (
    <g>
      <path d={`M${s.x} ${s.y}L${e.x} ${e.y}L${w.x} ${w.y}`} fill="none" stroke={ACCENT} strokeWidth={2} />
      <Grip at={s} label={`joint-${arm.shoulder}`} onGrab={joint(arm.shoulder)}>
        <rect x={-6} y={-6} width={12} height={12} rx={2} fill="#111" stroke={ACCENT} strokeWidth={2.2} />
      </Grip>
      <Grip at={e} label={`joint-${arm.elbow}`} onGrab={joint(arm.elbow)}>
        <path d="M-18-14A24 24 0 0 0-18 14" fill="none" stroke={ACCENT} strokeWidth={2} />
        <circle r={6.5} fill="#111" stroke={ACCENT} strokeWidth={2.2} />
      </Grip>
      <Grip at={{ x: w.x + 30, y: w.y }} reach={9} cursor="ew-resize" onGrab={joint(arm.wrist, 'x')}>
        <path d="M-13 0H4M10 0L2-4.5V4.5Z" stroke={ACCENT} fill={ACCENT} strokeWidth={2} />
      </Grip>
      <Grip at={{ x: w.x, y: w.y + 30 }} reach={9} cursor="ns-resize" onGrab={joint(arm.wrist, 'y')}>
        <path d="M0-13V4M0 10L-4.5 2H4.5Z" stroke={ACCENT} fill={ACCENT} strokeWidth={2} />
      </Grip>
      <Grip at={w} reach={17} label={`joint-${arm.wrist}`} onGrab={joint(arm.wrist)}>
        <circle r={17} fill="rgb(61 178 255 / 0.18)" stroke={ACCENT} strokeWidth={2} />
        <circle r={5.4} fill={ACCENT} stroke="#04131f" strokeWidth={1.4} />
      </Grip>
    </g>
  )
}

/** A ring that moves by its inside, turns by the knob and sizes by the squares. */
function Ring({
  part,
  centre,
  radius,
  faint,
  onGrab,
}: {
  part: PartId
  centre: At
  radius: number
  faint: boolean
  onGrab: OnGrab
}) {
  const grab = (kind: 'move' | 'turn' | 'scale') => (event: PointerEvent) => onGrab({ kind, part }, event)
  const on = (degrees: number) => ({
    x: centre.x + radius * Math.sin((degrees * Math.PI) / 180),
    y: centre.y - radius * Math.cos((degrees * Math.PI) / 180),
  })
  return (
    <g opacity={faint ? 0.6 : 1}>
      <Grip
        at={centre}
        reach={Math.max(8, radius - 4)}
        cursor="move"
        label={`move-${part}`}
        onGrab={grab('move')}
      />
      <circle
        cx={centre.x}
        cy={centre.y}
        r={radius}
        fill="none"
        stroke="#000"
        strokeOpacity={0.35}
        strokeWidth={3.4}
      />
      <circle
        cx={centre.x}
        cy={centre.y}
        r={radius}
        fill="none"
        stroke={faint ? partById(part).colour : '#fff'}
        strokeOpacity={0.9}
        strokeWidth={1.4}
      />
      <Grip at={on(45)} reach={10} label={`turn-${part}`} onGrab={grab('turn')}>
        <circle r={6} fill="#fff" stroke="#111" strokeWidth={1.4} />
      </Grip>
      {!faint &&
        [-90, 90, 180].map((degrees) => (
          <Grip
            key={degrees}
            at={on(degrees)}
            reach={9}
            cursor={degrees === 180 ? 'ns-resize' : 'ew-resize'}
            label={`scale-${part}`}
            onGrab={grab('scale')}
          >
            <rect x={-4.5} y={-4.5} width={9} height={9} rx={1} fill="#fff" stroke="#111" strokeWidth={1.2} />
          </Grip>
        ))}
    </g>
  )
}
