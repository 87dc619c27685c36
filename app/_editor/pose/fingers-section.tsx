'use client'
import { FINGERS } from '../../../nodes/lib/pose/curl-fingers'
import { Segment } from '../../_ui/segment'
import { SliderRow } from '../../_ui/slider-row'
import { Section } from '../full-screen/section'
import { findTrack, type TrackSpec, trackValues } from './key-edits'
import { FINGER_LABELS, HAND_OF, type PartId, partById } from './parts'
import { setTrackValues } from './pose-actions'
import { usePoseSession } from './session'

const PRESETS = { open: 0, rest: 0.22, fist: 1 } as const

/** How far each finger is closed, and how far they are apart. */
export function FingersSection({ part, frame }: { part: PartId; frame: number }) {
  const session = usePoseSession()
  const hand = HAND_OF[part]
  if (!hand) return null
  const layer = session.layers.value.find(({ id }) => id === session.view.layer)
  const track: TrackSpec = { part: 'fingers', hand: hand.side }
  const now = trackValues(findTrack(layer, track), track, frame)
  const all = (curl: number) => Object.fromEntries(FINGERS.map((finger) => [finger, curl]))
  const preset = (Object.keys(PRESETS) as (keyof typeof PRESETS)[]).find((name) =>
    FINGERS.every((finger) => Math.abs(now[finger] - PRESETS[name]) < 0.005),
  )
  return (
    <Section
      title={`${partById(part).label} curl`}
      colour={partById(part).colour}
      end={
        <Segment
          label="Shape of the hand"
          value={preset ?? ''}
          className="h-6!"
          options={[
            { value: 'open', label: 'Open' },
            { value: 'rest', label: 'Rest' },
            { value: 'fist', label: 'Fist' },
          ]}
          onChange={(name) =>
            setTrackValues(session, part, track, all(PRESETS[name as keyof typeof PRESETS]))
          }
        />
      }
    >
      {FINGERS.map((finger) => (
        <SliderRow
          key={finger}
          label={FINGER_LABELS[finger]}
          value={now[finger]}
          min={0}
          max={1}
          step={0.01}
          defaultValue={0}
          onChange={(next, gesture) => setTrackValues(session, part, track, { [finger]: next }, gesture)}
        />
      ))}
      <SliderRow
        label="Spread"
        value={now.spread}
        min={0}
        max={3}
        step={0.01}
        defaultValue={1}
        onChange={(spread, gesture) => setTrackValues(session, part, track, { spread }, gesture)}
      />
    </Section>
  )
}
