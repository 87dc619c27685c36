import { expect, it } from 'vitest'
import { searchScore } from '../../app/_ui/search-score'
import { registry } from '../../nodes/registry'

function found(search: string): string[] {
  return registry
    .all()
    .map(({ id, title, summary }) => ({
      id,
      score: searchScore({ title, names: [id], text: summary }, search),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ id }) => id)
}

it('every node is the first that its title finds, and its id', () => {
  for (const { id, title } of registry.all()) {
    expect(found(title)[0], title).toBe(id)
    expect(found(id)[0], id).toBe(id)
  }
})

it.each([
  ['smooth', 'pose/smooth'],
  ['motion masks', 'mask/motion'],
  ['mask mot', 'mask/motion'],
  ['smga', 'pose/smga'],
  ['warp', 'render/warp'],
  ['MM-HAA', 'diffusion/mm-haa'],
])('"%s" finds %s first', (search, id) => {
  expect(found(search)[0]).toBe(id)
})

it('finds nothing where a word is not there, and everything where nothing was typed', () => {
  expect(found('smooth xyz')).toEqual([])
  expect(found('  ')).toHaveLength(registry.all().length)
})
