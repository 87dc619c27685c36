'use client'
import type { ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import type { Point } from './mask-edits'

/** Lines over the picture, in its pixels: the shape that is chosen, the polygon that was begun, the tip of the brush. */
export function MaskOverlay({
  width,
  height,
  scale,
  shape,
  corners,
  pointer,
  brush,
  cross,
}: {
  width: number
  height: number
  /** Pixels of the page per pixel of the picture: lines are as thick at every zoom. */
  scale: number
  shape: ShapeLayer | undefined
  corners: readonly Point[]
  pointer: Point | undefined
  brush: { radius: number; hardness: number } | undefined
  /** The pointer is moved by keys: no cursor of the system shows where it is. */
  cross: boolean
}) {
  return (
    <svg
      role="presentation"
      className="pointer-events-none absolute inset-0 overflow-visible"
      width={width}
      height={height}
      fill="none"
      strokeWidth={1.5 / scale}
    >
      {shape && <ShapeOutline layer={shape} />}
      {corners.length > 0 && (
        <polyline
          points={[...corners, ...(pointer ? [pointer] : [])].map((p) => p.join()).join(' ')}
          stroke="var(--now)"
        />
      )}
      {corners.map(([x, y], i) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: corners come and go at the end only
          key={i}
          cx={x}
          cy={y}
          r={(i === 0 ? 5 : 3) / scale}
          fill="#fff"
          stroke="var(--now)"
        />
      ))}
      {brush && pointer && (
        <g stroke="#fff">
          <circle cx={pointer[0]} cy={pointer[1]} r={brush.radius} />
          <circle
            cx={pointer[0]}
            cy={pointer[1]}
            r={brush.radius * brush.hardness}
            strokeDasharray={`${4 / scale} ${3 / scale}`}
          />
        </g>
      )}
      {cross && pointer && <Cross at={pointer} size={9 / scale} />}
    </svg>
  )
}

function Cross({ at: [x, y], size }: { at: Point; size: number }) {
  return <path d={`M${x - size} ${y}h${2 * size}M${x} ${y - size}v${2 * size}`} stroke="var(--now)" />
}

function ShapeOutline({ layer }: { layer: ShapeLayer }) {
  const line = { stroke: 'var(--now)' }
  if (layer.kind === 'rectangle') {
    return <rect x={layer.x} y={layer.y} width={layer.w} height={layer.h} {...line} />
  }
  if (layer.kind === 'ellipse') {
    return (
      <ellipse
        cx={layer.x + layer.w / 2}
        cy={layer.y + layer.h / 2}
        rx={layer.w / 2}
        ry={layer.h / 2}
        {...line}
      />
    )
  }
  const points = layer.points.map((p) => p.join()).join(' ')
  return layer.kind === 'polygon' ? (
    <polygon points={points} {...line} />
  ) : (
    <polyline points={points} {...line} />
  )
}
