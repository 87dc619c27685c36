import { expect, it } from 'vitest'
import type { AnyDefinition } from '../../nodes/core/define-node'
import { createRegistry } from '../../nodes/core/registry'
import { type History, planRun } from '../../server/engine/plan'
import { workflow } from '../support/engine'
import { constant, film } from '../support/nodes'

const document = workflow()
  .node('level', constant, { value: 3 })
  .node('film', film, {})
  .link('level.value', 'film.level').document

function planWith(definition: AnyDefinition, history: History = {}) {
  const [assets, network] = [
    { find: () => undefined },
    () => ({ code: 'pack/none', message: 'none' }) as const,
  ]
  const registry = createRegistry([constant, definition])
  return planRun({ document, registry, targets: [], find: () => undefined, assets, network, history })
}

it('a node whose preparation gives something else by now is computed again, and says why', () => {
  const before = planWith(film).steps
  const history = Object.fromEntries([...before].map(([id, { parts }]) => [id, parts]))
  const newer = planWith(
    { ...film, prepare: { ...film.prepare!, version: 2 } } as AnyDefinition,
    history,
  ).steps
  for (const id of ['film#prepare', 'film']) {
    expect(newer.get(id)!.key).not.toBe(before.get(id)!.key)
    expect(newer.get(id)!.why).toBe('test/film is newer than the cached result')
  }
  expect(newer.get('level')!.key).toBe(before.get('level')!.key)
})
