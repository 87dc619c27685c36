import type { ReactNode } from 'react'
import type { SocketType } from '../../nodes/core/values'

type Sign =
  | 'image'
  | 'audio'
  | 'speech'
  | 'pose'
  | 'mask'
  | 'video'
  | 'number'
  | 'text'
  | 'table'
  | 'file'
  | 'any'

/** Which shape and colour a socket type is drawn with; `any` for what takes everything. */
const SIGN_OF: Record<SocketType | 'any', Sign> = {
  image: 'image',
  audio: 'audio',
  speech: 'speech',
  pose: 'pose',
  mask: 'mask',
  video: 'video',
  number: 'number',
  integer: 'number',
  text: 'text',
  choice: 'text',
  boolean: 'text',
  table: 'table',
  file: 'file',
  any: 'any',
}

/** Tables are figures and files are named things: they take the colours of numbers and text with shapes of their own. */
const COLOUR_OF: Record<Sign, string> = {
  image: 'var(--sock-image)',
  audio: 'var(--sock-audio)',
  speech: 'var(--sock-speech)',
  pose: 'var(--sock-pose)',
  mask: 'var(--sock-mask)',
  video: 'var(--sock-video)',
  number: 'var(--sock-number)',
  text: 'var(--sock-text)',
  table: 'var(--sock-number)',
  file: 'var(--sock-text)',
  any: 'var(--sock-any)',
}

/** The CSS colour of a socket type, for edges and marks. */
export const socketColour = (type: SocketType | 'any'): string => COLOUR_OF[SIGN_OF[type] ?? 'any']

const hollow = { fill: 'var(--socket-ground, var(--bg-card))', stroke: 'currentColor' }

const SHAPES: Record<Sign, ReactNode> = {
  image: <rect x="2.5" y="2.5" width="9" height="9" rx="1.5" />,
  audio: <circle cx="7" cy="7" r="5" />,
  speech: (
    <>
      <circle cx="7" cy="7" r="4" {...hollow} strokeWidth="2.4" />
      <circle cx="7" cy="7" r="1.2" stroke="none" />
    </>
  ),
  pose: <path d="M7 1 13 7 7 13 1 7Z" />,
  mask: (
    <>
      <circle cx="7" cy="7" r="4.6" {...hollow} strokeWidth="1.8" />
      <path d="M7 2.4A4.6 4.6 0 0 1 7 11.6Z" stroke="none" />
    </>
  ),
  video: <path d="M2.8 1.6 12.8 7 2.8 12.4Z" strokeLinejoin="round" />,
  number: <rect x="1.5" y="4" width="11" height="6" rx="3" />,
  text: <path d="M2.5 2.5h9v3h-3v6h-3v-6h-3Z" strokeLinejoin="round" />,
  table: (
    <>
      <rect x="2.4" y="2.4" width="9.2" height="9.2" rx="1.2" {...hollow} strokeWidth="1.6" />
      <path d="M2.4 6.2h9.2M6.2 6.2v5.4" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
  file: (
    <path
      d="M3.2 1.9h4.9l2.7 2.7v7.5H3.2Z M7.8 2.1v2.8h2.8"
      {...hollow}
      strokeWidth="1.6"
      strokeLinejoin="round"
    />
  ),
  any: <circle cx="7" cy="7" r="4.6" {...hollow} strokeWidth="1.8" strokeDasharray="2.4 1.7" />,
}

/**
 * A socket type as a shape in its colour, 14 px. The halo around it is `--socket-ground`, the surface it stands on
 * (the card unless said otherwise).
 */
export function SocketSign({
  type,
  size = 14,
  halo = true,
  label,
  className,
}: {
  type: SocketType | 'any'
  size?: number
  halo?: boolean
  /** Said to screen readers where no words stand beside it. */
  label?: string
  className?: string
}) {
  const sign = SIGN_OF[type] ?? 'any'
  return (
    <svg
      viewBox="0 0 14 14"
      width={size}
      height={size}
      className={className}
      style={{ color: COLOUR_OF[sign], fill: 'currentColor', overflow: 'visible', flex: 'none' }}
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={!label}
    >
      <g
        stroke={halo ? 'var(--socket-ground, var(--bg-card))' : 'none'}
        strokeWidth="2.4"
        paintOrder="stroke"
      >
        {SHAPES[sign]}
      </g>
    </svg>
  )
}
