'use client'
import type { PointerEvent } from 'react'
import { type At, Grip, type OnGrab } from './grip'
import { ARM_OF, type PartId } from './parts'

const ACCENT = 'var(--now)'

export const armJoints = (part: PartId): number[] => {
  const arm = ARM_OF[part]
  return arm ? [arm.shoulder, arm.elbow, arm.wrist] : []
}

/** Square anchor at the shoulder, elbow, and a wrist with two axes. */
export function ArmGizmo({ part, place, onGrab }: { part: PartId; place(i: number): At; onGrab: OnGrab }) {
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
