import fc from 'fast-check'
import { expect, it } from 'vitest'
import { frameDifferences, integrateFrames } from '../../nodes/core/stored-layout'

/** Bytes at any offset of their buffer, as frames of any size: word-wise and byte-wise ways must agree. */
const stored = fc
  .record({ frameBytes: fc.integer({ min: 1, max: 40 }), offset: fc.integer({ min: 0, max: 5 }) })
  .chain(({ frameBytes, offset }) =>
    fc.uint8Array({ minLength: 3 * frameBytes, maxLength: 3 * frameBytes }).map((values) => {
      const buffer = new Uint8Array(offset + values.length)
      buffer.set(values, offset)
      return { frameBytes, bytes: buffer.subarray(offset) }
    }),
  )

it('frames are stored as the byte-wise difference to the frame before, mod 256', () => {
  fc.assert(
    fc.property(stored, ({ bytes, frameBytes }) => {
      const expected = bytes.map((v, i) => (i < frameBytes ? v : v - bytes[i - frameBytes]))
      expect([...frameDifferences(bytes, frameBytes)]).toEqual([...expected])
    }),
  )
})

it('frames come back from their differences exactly', () => {
  fc.assert(
    fc.property(stored, ({ bytes, frameBytes }) => {
      expect([...integrateFrames(frameDifferences(bytes, frameBytes), frameBytes)]).toEqual([...bytes])
    }),
  )
})
