import { expect, it } from 'vitest'
import { sayList } from '../../app/_lib/say-list'

it('lists are written as in British English, without a comma before the last', () => {
  const names = ['face', 'lips', 'hands']
  expect([0, 1, 2, 3].map((count) => sayList(names.slice(0, count)))).toEqual([
    '',
    'face',
    'face and lips',
    'face, lips and hands',
  ])
})
