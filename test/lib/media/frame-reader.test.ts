import { expect, it } from 'vitest'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { chunkCount, chunkRange } from '../../../nodes/core/values'
import { frameReader } from '../../../nodes/lib/media/frame-reader'

/** A reader of one-byte frames that hold their number, and the chunks it asked for. */
function reading(frames: number) {
  const asked: number[] = []
  const read = frameReader(frames, 1, async (index) => {
    asked.push(index)
    const { start, end } = chunkRange(index, frames)
    return Uint8Array.from({ length: end - start }, (_, i) => start + i)
  })
  return { asked, read }
}

it('windows of 12 frames ask for each chunk once on their way through a video', async () => {
  const frames = 100
  const { asked, read } = reading(frames)
  for (const window of contextWindows(frames, { size: 12, overlap: 4, closed: false }))
    for (const frame of window) expect([...(await read(frame))]).toEqual([frame])
  expect(asked).toEqual(Array.from({ length: chunkCount(frames) }, (_, i) => i))
})

it('three chunks are held, however long the video', async () => {
  const { asked, read } = reading(200)
  for (let frame = 0; frame < 200; frame++) await read(frame)
  const before = asked.length
  for (const chunk of [24, 23, 22]) await read(8 * chunk)
  expect(asked.length).toBe(before)
  await read(8 * 21)
  expect(asked.length).toBe(before + 1)
})
