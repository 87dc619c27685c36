'use client'
import type { PointerEvent } from 'react'
import { type At, Grip, type OnGrab } from './grip'
import { type PartId, partById } from './parts'

/** A ring that moves by its inside, turns by the knob and sizes by the squares. */
export function Ring({
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
