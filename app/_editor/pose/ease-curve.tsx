import type { Ease } from '../../../nodes/lib/pose/edit-layers'
import { easeCurve } from '../../../nodes/lib/pose/keyframe-offset'

const [W, H] = [92, 64]
const box = { left: 9, right: W - 9, top: 9, bottom: H - 11 }

/** The way from one key to the next as a picture. */
export function EaseCurve({ ease }: { ease: Ease }) {
  const at = (t: number, v: number) =>
    `${(box.left + t * (box.right - box.left)).toFixed(1)} ${(box.bottom - v * (box.bottom - box.top)).toFixed(1)}`
  const steps = Array.from({ length: 25 }, (_, i) => i / 24)
  const jump = ease === 'hold' ? `L${at(1, 0)}L${at(1, 1)}` : ''
  const path = `M${steps.map((t) => at(t, easeCurve(ease, t))).join('L')}${jump}`
  return (
    <svg
      width={W}
      height={H}
      viewBox={`0 0 ${W} ${H}`}
      aria-hidden
      className="rounded-2 bg-field outline outline-line-2 -outline-offset-1"
    >
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth={2} />
      {[at(0, 0), at(1, 1)].map((place) => {
        const [x, y] = place.split(' ')
        return (
          <rect
            key={place}
            x={-3}
            y={-3}
            width={6}
            height={6}
            fill="var(--text-1)"
            transform={`translate(${x} ${y}) rotate(45)`}
          />
        )
      })}
    </svg>
  )
}
