import { describe, expect, it } from 'vitest'
import { matchTensors, nearestNames } from '../../../models/weights/match-tensors'
import type { Tensor } from '../../../models/weights/tensor'
import { referenceKeys } from '../../support/reference-keys'

const tensor = (shape: readonly number[]): Tensor => ({
  dtype: 'float32',
  shape,
  file: '/net',
  offset: 0,
  bytes: 0,
})
const holding = (list: readonly { name: string; shape: readonly number[] }[], prefix = '') => ({
  tensors: new Map(list.map(({ name, shape }) => [prefix + name, tensor(shape)])),
})
const small = [
  { name: 'conv_in.weight', shape: [8, 4, 3, 3] },
  { name: 'conv_in.bias', shape: [8] },
  { name: 'norm.weight', shape: [8] },
]
const failure = (work: () => unknown): { code: string; message: string; hint: string } => {
  try {
    work()
  } catch (error) {
    return error as { code: string; message: string; hint: string }
  }
  throw new Error('nothing was refused')
}

describe('the tensors a network expects', () => {
  it('are found when all names and shapes agree', () => {
    expect([...matchTensors(holding(small), small).keys()]).toEqual(small.map(({ name }) => name))
  })

  it('stop at a missing one with its shape and the nearest that nothing asks for', () => {
    const there = [...small.slice(0, 2), { name: 'norms.weight', shape: [9] }]
    const { code, message, hint } = failure(() => matchTensors(holding(there), small))
    expect(code).toBe('weights/missing')
    expect(message).toBe('norm.weight [8] is missing.')
    expect(hint).toContain('norms.weight [9]')
  })

  it('stop at an extra one with the nearest that is expected', () => {
    const there = [...small, { name: 'norm.weights', shape: [1, 2] }]
    const { code, message, hint } = failure(() => matchTensors(holding(there), small))
    expect(code).toBe('weights/extra')
    expect(message).toBe('norm.weights [1, 2] has no place in the network.')
    expect(hint).toContain('norm.weight [8]')
  })

  it('stop at a wrong shape with both shapes', () => {
    const there = small.map((each) =>
      each.name === 'conv_in.weight' ? { ...each, shape: [8, 9, 3, 3] } : each,
    )
    const { code, message } = failure(() => matchTensors(holding(there), small))
    expect(code).toBe('weights/shape')
    expect(message).toBe('conv_in.weight: expected [8, 4, 3, 3], found [8, 9, 3, 3].')
  })

  it('may be one network of several in a file, with tensors to ignore and older names', () => {
    const there = [
      ...small.slice(0, 2).map(({ name, shape }) => ({ name: `unet.${name}`, shape })),
      { name: 'unet.group.weight', shape: [8] },
      { name: 'unet.position_ids', shape: [1, 257] },
      { name: 'vae.conv.weight', shape: [1] },
    ]
    const options = {
      prefix: 'unet.',
      ignore: [/position_ids$/],
      aliases: (name: string) => [name.replace('norm.', 'group.')],
    }
    expect(matchTensors(holding(there), small, options).get('norm.weight')!.shape).toEqual([8])
    expect(
      failure(() => matchTensors(holding(there), small, { ...options, aliases: undefined })).message,
    ).toBe('unet.norm.weight [8] is missing.')
  })

  it('have nearest names by edit distance, nearest first', () => {
    expect(nearestNames('to_q.weight', ['to_out.weight', 'to_k.weight', 'query.weight', 'x'])).toEqual([
      'to_k.weight',
      'to_out.weight',
      'query.weight',
    ])
  })
})

const published = referenceKeys()
describe.skipIf(!published)('the published lists of names (skipped when the reference is not there)', () => {
  it.each(published ?? [])(
    '$network: agrees with itself, and each kind of difference is named',
    ({ tensors }) => {
      const required = tensors.filter(({ note }) => !note.startsWith('optional'))
      expect(matchTensors(holding(required), required).size).toBe(required.length)

      for (const at of [0, required.length >> 1, required.length - 1]) {
        const { name, shape } = required[at]!
        const without = required.filter((each) => each.name !== name)
        const renamed = [...without, { name: `${name}x`, shape }]
        const missing = failure(() => matchTensors(holding(renamed), required))
        expect(missing.message).toBe(`${name} [${shape.join(', ')}] is missing.`)
        expect(missing.hint).toContain(`${name}x [`)
        const extra = failure(() => matchTensors(holding(required), without))
        expect(extra.message).toContain(`${name} [${shape.join(', ')}] has no place`)
        const wrong = required.map((each) => (each.name === name ? { name, shape: [...shape, 1] } : each))
        expect(failure(() => matchTensors(holding(wrong), required)).message).toBe(
          `${name}: expected [${shape.join(', ')}], found [${[...shape, 1].join(', ')}].`,
        )
      }
    },
  )

  it('net has the four networks under their prefixes', () => {
    const of = (network: string) => published!.find((each) => each.network === network)!.tensors
    const file = holding(of('net'))
    for (const network of ['reference_unet', 'denoising_unet', 'pose_guider', 'audioproj']) {
      expect(matchTensors(file, of(network), { prefix: `${network}.` }).size).toBe(of(network).length)
    }
  })
})
