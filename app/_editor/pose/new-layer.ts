'use client'
import { Activity, Diamond, EyeOff, Move, RotateCw, Scaling, Snowflake } from 'lucide-react'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import type { MenuEntry } from '../../_ui/menu'
import { transport } from '../state/transport'
import { freshRange, newLayerId } from './layer-list'
import { partById } from './parts'
import type { PoseSession } from './session'

/** The kinds of layers that can be added for what is selected. */
export function newLayerEntries(session: PoseSession): MenuEntry[] {
  const { layers, view, edited } = session
  const part = partById(view.parts[0] ?? 'head')
  const add =
    (kind: EditLayer['kind'], values: object, range: object = {}) =>
    () => {
      const id = newLayerId(layers.value)
      const frame = Math.min(edited.frames - 1, transport.store.getState().frame)
      const layer = { id, kind, ...freshRange(frame, edited.frames), ...range, ...values } as EditLayer // each kind's own values follow below
      layers.change([...layers.value, layer])
      session.show({ layer: id, parts: [part.id] })
    }
  const whole = { from: 0, to: null, fadeIn: 0, fadeOut: 0 }
  const { region, label } = part
  return [
    { heading: label },
    {
      label: 'Keyframes',
      icon: Diamond,
      onSelect: add('keys', {
        name: label,
        tracks: [
          {
            part: 'region',
            region,
            keys: [
              {
                frame: Math.min(edited.frames - 1, transport.store.getState().frame),
                dx: 0,
                dy: 0,
                scale: 1,
                degrees: 0,
                ease: 'ease-in-out',
              },
            ],
          },
        ],
      }),
    },
    {
      label: 'Amplitude',
      icon: Activity,
      onSelect: add('amplitude', { region, factor: 0.6, about: 'mean' }, whole),
    },
    { label: 'Offset', icon: Move, onSelect: add('offset', { region, dx: 0, dy: 0 }, whole) },
    { label: 'Turn', icon: RotateCw, onSelect: add('rotate', { region, degrees: 0 }, whole) },
    { label: 'Size', icon: Scaling, onSelect: add('scale', { region, factor: 1 }, whole) },
    { label: 'Hold still', icon: Snowflake, onSelect: add('mute', { region, mode: 'freeze' }) },
    { label: 'Hide', icon: EyeOff, onSelect: add('mute', { region, mode: 'hide' }) },
  ]
}
