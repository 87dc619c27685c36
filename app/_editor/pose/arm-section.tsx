'use client'
import { Segment } from '../../_ui/segment'
import { Section } from '../full-screen/section'
import { FigureField, Figures } from './figure-field'
import { pointAt } from './gestures'
import type { TrackSpec } from './key-edits'
import { ARM_OF, type PartId, partById } from './parts'
import { pointsOf, shiftTrack } from './pose-actions'
import { usePoseSession } from './session'

/** Where wrist and elbow are, and whether a dragged wrist bends the arm. */
export function ArmSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const arm = ARM_OF[part]
  if (!arm) return null
  const points = pointsOf(session, frame)
  const [s, e, w] = [arm.shoulder, arm.elbow, arm.wrist].map((i) => pointAt(points, i))
  const length = Math.hypot(e.x - s.x, e.y - s.y) + Math.hypot(w.x - e.x, w.y - e.y)
  const reach = length > 0 ? Math.hypot(w.x - s.x, w.y - s.y) / length : 0
  const free = session.view.free.includes(part)
  const wrist: TrackSpec = { part: 'joint', joint: arm.wrist, ik: !free, follow: true }
  const elbow: TrackSpec = { part: 'joint', joint: arm.elbow, ik: false, follow: false }
  const move = (track: TrackSpec, now: number, axis: 'x' | 'y') => (next: number, gesture?: string) =>
    shiftTrack(
      session,
      part,
      track,
      { x: axis === 'x' ? next - now : 0, y: axis === 'y' ? next - now : 0 },
      gesture,
    )
  return (
    <Section
      title={partById(part).label}
      colour={partById(part).colour}
      end={
        <Segment
          label="How the wrist is dragged"
          value={free ? 'free' : 'ik'}
          options={[
            { value: 'ik', label: 'IK' },
            { value: 'free', label: 'Free' },
          ]}
          className="h-6!"
          onChange={(next) =>
            session.show({
              free:
                next === 'free'
                  ? [...session.view.free, part]
                  : session.view.free.filter((one) => one !== part),
            })
          }
        />
      }
    >
      <Figures>
        {(
          [
            ['Wrist', wrist, w],
            ['Elbow', elbow, e],
          ] as const
        ).flatMap(([name, track, place]) =>
          (['x', 'y'] as const).map((axis) => (
            <FigureField
              key={name + axis}
              name={`${name} ${axis.toUpperCase()}`}
              label={`${partById(part).label}: ${name.toLowerCase()} ${axis.toUpperCase()}`}
              value={Math.round(place[axis] * 10) / 10}
              onChange={move(track, place[axis], axis)}
            />
          )),
        )}
      </Figures>
      <p className="mt-2 text-11 text-text-3">Reach {reach.toFixed(2)} of the arm</p>
    </Section>
  )
}
