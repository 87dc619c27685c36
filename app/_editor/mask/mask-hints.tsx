'use client'
import type { MaskTool } from './mask-edits'

const HINTS: Record<MaskTool, [string, string][]> = {
  select: [['Drag', 'move a shape']],
  brush: [
    ['[ ]', 'size'],
    ['Alt', 'erase'],
  ],
  eraser: [
    ['[ ]', 'size'],
    ['Alt', 'paint'],
  ],
  rectangle: [
    ['Shift', 'square'],
    ['Alt', 'erase'],
  ],
  ellipse: [
    ['Shift', 'circle'],
    ['Alt', 'erase'],
  ],
  polygon: [
    ['Click the first corner', 'close'],
    ['⌫', 'one corner back'],
  ],
  lasso: [['Alt', 'erase']],
}

/** Keys of the tool that is in use. */
export function MaskHints({ tool, byKeys }: { tool: MaskTool; byKeys: boolean }) {
  const keys: [string, string][] =
    tool === 'select'
      ? [['Arrows', 'move it']]
      : [
          ['Arrows', 'move the point'],
          ['↵', 'draw'],
        ]
  return (
    <p className="pointer-events-none absolute bottom-4 left-4 flex max-w-[calc(100%-180px)] flex-wrap gap-x-3 rounded-2 bg-raised px-2.5 py-1 text-11 text-text-2 shadow-2 outline outline-line-2 -outline-offset-1">
      {[...HINTS[tool], ...(byKeys ? keys : [])].map(([key, does]) => (
        <span key={key}>
          <b className="font-strong">{key}</b> {does}
        </span>
      ))}
    </p>
  )
}
