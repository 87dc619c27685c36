'use client'
import { useCallback, useRef } from 'react'
import { TrackCanvas, type TrackPaint } from '../dock/track-canvas'
import { Swatch } from '../full-screen/section'
import { strokeCurve } from '../stages/motion-curves'
import { keyFramesOf } from './key-edits'
import { partAmplitude } from './layer-list'
import type { Part } from './parts'
import { usePoseSession } from './session'
import { TimelineKey } from './timeline-key'
import { Row, usePlaces } from './timeline-row'

/** The keys of a part in the selected layer, and when it is selected the way it goes. */
export function PartRow({ part }: { part: Part }) {
  const session = usePoseSession()
  const { view, layers } = session
  const row = useRef<HTMLDivElement>(null)
  const on = view.parts.includes(part.id)
  const layer = layers.value.find(({ id }) => id === view.layer)
  const keys = keyFramesOf(layer, part.id)
  const tall = on || view.rows === 'curves'
  const factor = partAmplitude(layers.value, part.id)
  return (
    <Row
      height={tall ? 48 : 24}
      on={on}
      onClick={() => session.show({ parts: [part.id] })}
      label={
        <>
          <Swatch colour={part.colour} />
          {part.label}
          <span className="ml-auto text-10 text-text-3">{factor === 1 ? '' : `× ${factor.toFixed(2)}`}</span>
        </>
      }
    >
      {tall && <Curve part={part} />}
      <div ref={row} className="pointer-events-none absolute inset-0 overflow-hidden">
        {keys.length > 1 && <HeldSpan from={keys[0]} to={keys[keys.length - 1]} />}
        {layer &&
          keys.map((frame, i) => (
            // By its place in the row: a key that is moved stays what has the focus.
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <TimelineKey key={i} part={part} frame={frame} layer={layer.id} row={row} />
          ))}
      </div>
    </Row>
  )
}

function HeldSpan({ from, to }: { from: number; to: number }) {
  const { percent } = usePlaces()
  return (
    <i
      className="absolute top-1/2 h-px bg-text-3"
      style={{ left: `${percent(from + 0.5)}%`, width: `${percent(to) - percent(from)}%` }}
    />
  )
}

/** The height of what the part is followed by: edited as a line, the input dashed. */
function Curve({ part }: { part: Part }) {
  const { edited, subject } = usePoseSession()
  const paint = useCallback(
    ({ context: g, height, ratio, x }: TrackPaint) => {
      const read = ({ data, frames }: typeof edited) =>
        Float32Array.from({ length: frames }, (_, f) => {
          const at = (f * 134 + part.tracked) * 3
          return data[at + 2] >= 0.3 ? -data[at + 1] : Number.NaN
        })
      const [after, before] = [read(edited), read(subject.input)]
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      for (const curve of [after, before]) {
        for (const v of curve) {
          if (v < low) low = v
          if (v > high) high = v
        }
      }
      const room = Math.max(12, high - low) // a still head is a line, not noise
      const scaled = (curve: Float32Array) => curve.map((v) => 0.5 + (v - (low + high) / 2) / room)
      const box = { top: 6 * ratio, height: height - 12 * ratio }
      const place = (f: number) => x(f + 0.5)
      g.lineJoin = 'round'
      g.strokeStyle = part.colour
      g.globalAlpha = 0.6
      g.lineWidth = ratio
      g.setLineDash([4 * ratio, 3 * ratio])
      strokeCurve(g, scaled(before), place, box)
      g.setLineDash([])
      g.globalAlpha = 1
      g.lineWidth = 1.8 * ratio
      strokeCurve(g, scaled(after), place, box)
    },
    [part, edited, subject.input],
  )
  return <TrackCanvas paint={paint} height={47} label={`Way of ${part.label}`} />
}
