'use client'
import { Section } from '../full-screen/section'
import { FigureField, Figures } from './figure-field'
import { pointAt } from './gestures'
import { findTrack, type TrackSpec, trackValues } from './key-edits'
import { HAND_OF, type PartId, partById } from './parts'
import { pointsOf, setTrackValues, shiftTrack } from './pose-actions'
import { usePoseSession } from './session'

/** The neck carries head and arms: moving it moves the person. */
export function NeckSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const neck = pointAt(pointsOf(session, frame), 1)
  const track: TrackSpec = { part: 'joint', joint: 1, ik: false, follow: true }
  return (
    <Section title="Neck" colour={partById(part).colour}>
      <Figures>
        {(['x', 'y'] as const).map((axis) => (
          <FigureField
            key={axis}
            name={axis.toUpperCase()}
            label={`Neck ${axis.toUpperCase()}`}
            value={Math.round(neck[axis])}
            onChange={(next, gesture) =>
              shiftTrack(session, part, track, { x: 0, y: 0, [axis]: next - neck[axis] }, gesture)
            }
          />
        ))}
      </Figures>
    </Section>
  )
}

const FIGURES = [
  { key: 'dx', name: 'Right', unit: 'px', step: 1 },
  { key: 'dy', name: 'Down', unit: 'px', step: 1 },
  { key: 'degrees', name: 'Turn', unit: '°', step: 1, min: -3600, max: 3600 },
  { key: 'scale', name: 'Size', step: 0.01, min: 0.05, max: 10 },
] as const

/** How far a region is moved, turned and sized in this frame. */
export function RegionSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const layer = session.layers.value.find(({ id }) => id === session.view.layer)
  const { region, label, colour } = partById(part)
  const track: TrackSpec = { part: 'region', region }
  const now = trackValues(findTrack(layer, track), track, frame)
  // A hand hangs on its wrist, which belongs to the arm.
  const figures = HAND_OF[part] ? FIGURES.slice(2) : FIGURES
  return (
    <Section title={label} colour={colour}>
      <Figures>
        {figures.map(({ key, name, ...field }) => (
          <FigureField
            key={key}
            {...field}
            name={name}
            label={`${label}: ${name.toLowerCase()}`}
            value={Math.round(now[key] * 100) / 100}
            onChange={(next, gesture) => setTrackValues(session, part, track, { [key]: next }, gesture)}
          />
        ))}
      </Figures>
    </Section>
  )
}
