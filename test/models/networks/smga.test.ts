import { expect, it } from 'vitest'
import { SMGA, SMGA_UNUSED, smgaGraph } from '../../../models/networks/smga'
import { smgaShapes } from '../../support/network-shapes'
import { referenceKeys } from '../../support/reference-keys'
import { weightTable } from '../../support/run-graph'

const keys = referenceKeys()?.find(({ network }) => network === 'smga')?.tensors ?? []
const fullTable = () =>
  weightTable(Object.fromEntries(keys.map(({ name, shape }) => [name, { shape, data: [] }])))

it.skipIf(keys.length === 0)(
  'SMGA reads the published tensors and no others, as two rows or as two graphs',
  () => {
    const together = fullTable()
    smgaGraph(together, SMGA, 'guided')
    together.assertAllUsed(SMGA_UNUSED)
    const apart = fullTable()
    smgaGraph(apart, SMGA, 'conditional')
    expect(() => apart.assertAllUsed(SMGA_UNUSED)).toThrow('null_cond_embed, null_cond_hidden')
    smgaGraph(apart, SMGA, 'unconditional')
    apart.assertAllUsed(SMGA_UNUSED)
  },
)

it.skipIf(keys.length === 0)('weights made by rule have the shapes of the published ones', () => {
  const sizes = {
    nfeats: 402,
    seq_len: 80,
    latent_dim: 512,
    ff_size: 1024,
    num_layers: 8,
    cond_feature_dim: 1059,
  }
  const used = keys.filter(({ name }) => !SMGA_UNUSED.some((pattern) => pattern.test(name)))
  expect(smgaShapes(sizes)).toEqual(Object.fromEntries(used.map(({ name, shape }) => [name, shape])))
})
