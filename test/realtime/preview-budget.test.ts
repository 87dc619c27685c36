import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PreviewBudget } from '../../server/realtime/preview-budget'
import type { PreviewMessage } from '../../server/realtime/protocol'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const picture = (frame: number, node = 'n'): PreviewMessage => ({
  run: 'r',
  node,
  mime: 'image/jpeg',
  frame,
  bytes: new Uint8Array(1),
})

/** A client that reads each picture `readMs` after it was sent. */
function client(readMs: number) {
  const frames: number[] = []
  const delays: number[] = []
  const budget = new PreviewBudget((preview, read) => {
    frames.push(preview.frame!)
    delays.push(performance.now() - preview.frame! * FRAME_MS)
    setTimeout(read, readMs)
  })
  return { budget, frames, delays }
}

const FRAME_MS = 20

it('a fast client gets ten pictures a second, a slow one as many as it reads, none later than one turn', () => {
  const fast = client(1)
  const slow = client(700)
  const start = performance.now()
  for (let frame = Math.ceil(start / FRAME_MS); frame < start / FRAME_MS + 250; frame++) {
    for (const { budget } of [fast, slow]) budget.offer(picture(frame))
    vi.advanceTimersByTime(FRAME_MS)
  }
  expect(fast.frames.length).toBeGreaterThanOrEqual(45) // 5 s
  expect(fast.frames.length).toBeLessThanOrEqual(51)
  expect(slow.frames.length).toBeGreaterThanOrEqual(7)
  expect(slow.frames.length).toBeLessThanOrEqual(8)
  // Never an old one: what is sent was made within the last tenth of a second.
  for (const delay of [...fast.delays, ...slow.delays]) expect(delay).toBeLessThanOrEqual(100 + FRAME_MS)
  expect(slow.frames).toEqual([...slow.frames].sort((a, b) => a - b))
})

it('the last picture is shown even when none follows it', () => {
  const { budget, frames } = client(300)
  for (const frame of [1, 2, 3]) budget.offer(picture(frame))
  vi.advanceTimersByTime(1_000)
  expect(frames).toEqual([1, 3])
})

it('nothing is sent for a node that has its result', () => {
  const { budget, frames } = client(300)
  budget.offer(picture(1))
  budget.offer(picture(2))
  budget.forget('n')
  vi.advanceTimersByTime(1_000)
  expect(frames).toEqual([1])
})

it('a client that never reads gets one picture of each node and no more', () => {
  const frames: string[] = []
  const budget = new PreviewBudget(({ node, frame }) => void frames.push(`${node}${frame}`))
  for (const frame of [1, 2, 3]) for (const node of ['a', 'b']) budget.offer(picture(frame, node))
  vi.advanceTimersByTime(60_000)
  expect(frames).toEqual(['a1', 'b1'])
})
