import { expect, it } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import type { WorkflowDocument } from '../../nodes/core/document'
import { type Plan, planRun } from '../../server/engine/plan'
import type { CacheEntry } from '../../server/storage/cache'
import { workflow } from '../support/engine'
import { constant, registry, scale, sum } from '../support/nodes'

const GRAPHS = 150

/** Numbers 0…1 that are the same in every run (a linear congruence of 32 bits). */
function dice(seed: number) {
  let state = seed
  const roll = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  return { roll, below: (n: number) => Math.floor(roll() * n) }
}

const GIVEN = { [constant.id]: 'value', [scale.id]: 'y', [sum.id]: 'total' }

/** A random graph of sums and products, each of which reads what came before it. */
function randomGraph({ roll, below }: ReturnType<typeof dice>) {
  let built = workflow().node('n0', constant, { value: below(9) })
  const outputOf = (n: number) => `n${n}.${GIVEN[built.document.nodes[`n${n}`].type]}`
  const count = 3 + below(14)
  for (let n = 1; n < count; n++) {
    const kind = roll()
    if (kind < 0.2) built = built.node(`n${n}`, constant, { value: below(9) })
    else if (kind < 0.6)
      built = built.node(`n${n}`, scale, { by: below(9) }).link(outputOf(below(n)), `n${n}.x`)
    else {
      built = built.node(`n${n}`, sum).link(outputOf(below(n)), `n${n}.a`)
      if (roll() < 0.7) built = built.link(outputOf(below(n)), `n${n}.b`)
    }
  }
  return built.document
}

/** One or two reviews on about half of the edges. */
function withReviews(document: WorkflowDocument, { roll }: ReturnType<typeof dice>): WorkflowDocument {
  let built = workflow({ ...document, edges: [] })
  document.edges.forEach(({ from, to }, i) => {
    let source = from.join('.')
    for (let more = 0; more < 2 && roll() < 0.4; more++) {
      built = built.node(`review${i}-${more}`, controlReview).link(source, `review${i}-${more}.value`)
      source = `review${i}-${more}.value`
    }
    built = built.link(source, to.join('.'))
  })
  return built.document
}

function plan(document: WorkflowDocument, find: (key: string) => CacheEntry | undefined): Plan {
  const assets = { find: () => undefined }
  const network = () => ({ code: 'pack/none', message: 'none' }) as const
  return planRun({ document, registry, targets: [], find, assets, network, history: {} })
}

const entry = (key: string, ...outputs: string[]): CacheEntry => ({
  key,
  node: '',
  outputs: Object.fromEntries(outputs.map((name) => [name, { type: 'number', inline: 1 }])),
  warnings: [],
  seconds: 0,
})

const stepsOf = ({ steps }: Plan) =>
  [...steps.values()]
    .filter(({ definition }) => definition !== controlReview)
    .map(({ id, key, state, why, wanted }) => ({ id, key, state, why, wanted: [...wanted].sort() }))
    .sort((a, b) => a.id.localeCompare(b.id))

it('reviews change nothing about the plan of the other nodes, whatever of them is cached', () => {
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const random = dice(seed)
    const plain = randomGraph(random)
    const first = plan(plain, () => undefined)
    const cached = new Map<string, CacheEntry>()
    for (const { key, definition } of first.steps.values())
      if (random.roll() < 0.3) cached.set(key, entry(key, ...Object.keys(definition.outputs)))
    const find = (key: string) => cached.get(key)
    const reviewed = withReviews(plain, random)
    expect(stepsOf(plan(reviewed, find)), `seed ${seed}`).toEqual(stepsOf(plan(plain, find)))
  }
})

it('what is approved is asked about no more', () => {
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const random = dice(seed)
    const plain = randomGraph(random)
    const reviewed = withReviews(plain, random)
    const asking = plan(reviewed, () => undefined)
    const known = new Map([...asking.steps.values()].map(({ key, definition }) => [key, definition]))
    const approved = (key: string) => (known.get(key) === controlReview ? entry(key, 'value') : undefined)
    const states = [...plan(reviewed, approved).steps.values()].filter(
      ({ definition }) => definition === controlReview,
    )
    expect(
      states.filter(({ state }) => state === 'run').map(({ id }) => id),
      `seed ${seed}`,
    ).toEqual([])
  }
})
