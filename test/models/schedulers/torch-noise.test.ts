import { expect, it } from 'vitest'
import { torchNoise } from '../../../models/schedulers/torch-noise'

it('draws of whole groups go on where the last one stopped', () => {
  const parts = torchNoise(7)
  expect([...parts(16), ...parts(32)]).toEqual([...torchNoise(7)(48)])
})

it('fewer than 16 numbers are refused instead of guessed', () => {
  expect(() => torchNoise(7)(15)).toThrow('known for 16 numbers or more, not 15')
})
