import { expect, it } from 'vitest'
import { rankedGroups } from '../../app/_ui/ranked-groups'
import { registry } from '../../nodes/registry'

const actions = [
  { label: 'Run' },
  { label: 'Run without the cache' },
  { label: 'Mute' },
  { label: 'Add a note', names: ['comment'] },
]
const here = [
  { label: 'Motion masks', names: ['mask/motion', 'n6'] },
  { label: 'Warp', names: ['render/warp', 'n7'] },
]
const nodes = registry.all().map(({ id, title, summary }) => ({ label: title, names: [id], about: summary }))
const groups = [
  { heading: 'Actions', items: actions },
  { heading: 'Nodes here', items: here },
  { heading: 'Add a node', items: nodes },
]

const found = (search: string) => rankedGroups(groups, search)
const headings = (search: string) => found(search).map(({ heading }) => heading)
const first = (search: string) => found(search)[0]?.items[0]?.label

it('the group with the best hit comes first, and the best hit first in it', () => {
  expect(headings('mask ed')).toEqual(['Add a node'])
  expect(first('mask ed')).toBe('Mask editor')
  expect(headings('warp')).toEqual(['Nodes here', 'Add a node'])
  expect(headings('mute')[0]).toBe('Actions')
  expect(first('comment')).toBe('Add a note')
})

it('a node that has the letters of a search scattered over its sentence is no hit', () => {
  const labels = found('mask').flatMap(({ items }) => items.map(({ label }) => label))
  expect(labels).toContain('Motion masks')
  for (const other of ['Trim audio', 'Smooth pose', 'Detect pose']) expect(labels).not.toContain(other)
})

it('with nothing typed everything stands as it was given', () => {
  expect(rankedGroups(groups, ' ')).toEqual(groups)
  expect(first('run')).toBe('Run')
})

it('groups without a hit are left out', () => {
  expect(headings('zzqq')).toEqual([])
  expect(rankedGroups([{ heading: 'Empty', items: [] }], '')).toEqual([])
})
