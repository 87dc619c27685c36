import { describe, expect, it } from 'vitest'
import { sayAgo, sayLength, saySeconds } from '../../app/_lib/say-time'

describe('how long ago', () => {
  const now = new Date(2026, 10, 26, 12, 0, 0).getTime()
  const ago = (hours: number) => sayAgo(now - hours * 3_600_000, now)
  it('is said in the largest unit that helps', () => {
    expect([0.01, 0.7, 3, 13, 30, 24 * 5].map(ago)).toEqual([
      'just now',
      '42 min ago',
      '3 h ago',
      'yesterday', // 11 in the evening of the day before
      'yesterday',
      '5 days ago',
    ])
    expect(ago(24 * 60)).toBe('27 Sept 2026')
  })
})

it('lengths of clips and of work are written as people read them', () => {
  expect([3.2, 65, 3723].map(sayLength)).toEqual(['0:03', '1:05', '1:02:03'])
  expect([0.84, 9, 12.4, 200, 180, 7500].map(saySeconds)).toEqual([
    '0.8 s',
    '9 s',
    '12 s',
    '3 min 20 s',
    '3 min',
    '2 h 5 min',
  ])
})
