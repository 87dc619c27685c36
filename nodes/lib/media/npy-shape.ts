import { StudioError } from '../../core/errors'

/**
 * Shape of a NumPy `.npy` file (NEP 1), from its first bytes.
 *
 * @throws StudioError `pose/unreadable` when the header is damaged
 */
export function parseNpyShape(head: Uint8Array): number[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (head.length < 12) throw damaged()
  const wide = view.getUint8(6) >= 2 // format 2 and later count the header in four bytes
  const start = wide ? 12 : 10
  const bytes = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = new TextDecoder('latin1').decode(head.subarray(start, start + Math.min(bytes, head.length)))
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1]
  if (shape === undefined) throw damaged()
  return shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
}

const damaged = (): StudioError =>
  new StudioError('pose/unreadable', 'This NumPy file has a damaged header.', {
    hint: 'Save the array again.',
  })
