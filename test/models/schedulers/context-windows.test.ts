import { expect, it } from 'vitest'
import { contextWindows } from '../../../models/schedulers/context-windows'

it('an open layout never joins the end of a video to its start, and covers every frame', () => {
  for (let frames = 1; frames <= 100; frames++) {
    const windows = contextWindows(frames, { size: 12, overlap: 4, closed: false })
    expect(new Set(windows.flat()).size).toBe(frames)
    for (const window of windows) {
      expect(window).toHaveLength(Math.min(frames, 12))
      for (let i = 1; i < window.length; i++) expect(window[i]).toBe(window[i - 1] + 1)
    }
  }
  const starts = (frames: number) =>
    contextWindows(frames, { size: 12, overlap: 4, closed: false }).map(([first]) => first)
  expect(starts(20)).toEqual([0, 8]) // no third window for frames that the second has
  expect(starts(21)).toEqual([0, 8, 9])
})

it('refuses windows that do not move', () => {
  expect(() => contextWindows(24, { size: 4, overlap: 4, closed: true })).toThrow(
    'Windows of 4 frames that share 4',
  )
})
