'use client'
import { VISIBLE_SCORE } from '../../../nodes/lib/pose/keypoints'
import type { StageView } from '../full-screen/stage-view'
import { ArmGizmo, armJoints } from './arm-gizmo'
import { partCircle } from './gestures'
import { Handle, type OnGrab } from './grip'
import { ARM_OF, HAND_OF, type PartId } from './parts'
import { Ring } from './ring'
import { type PoseTool, usePoseSession } from './session'

const BODY_HANDLES = [1, 2, 3, 4, 5, 6, 7, 8, 11]
const FACE_PARTS: PartId[] = ['face', 'brows', 'eyes', 'lips']

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
