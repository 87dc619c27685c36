import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { DEFAULT_CAPS } from '../../nodes/core/document'
import { liveParts, readLive, writeLive } from '../../nodes/core/live-document'
import { LiveMirror } from '../../server/realtime/live-mirror'
import { addNode, emptyWorkflow } from '../support/live'

const ids = ['a', 'b', 'c', 'd']
const id = fc.constantFrom(...ids)

/** Edits as people make them, also at once in two tabs. */
const edit = fc.oneof(
  fc.record({ do: fc.constant('add' as const), id }),
  fc.record({ do: fc.constant('remove' as const), id }),
  fc.record({ do: fc.constant('param' as const), id, value: fc.integer() }),
  fc.record({ do: fc.constant('move' as const), id, value: fc.integer({ min: -500, max: 500 }) }),
  fc.record({ do: fc.constant('connect' as const), id, from: id }),
  fc.record({ do: fc.constant('cut' as const), id }),
  fc.record({ do: fc.constant('note' as const), id, value: fc.integer() }),
  fc.record({ do: fc.constant('group' as const), id }),
  fc.record({ do: fc.constant('rename' as const), id }),
)

function apply(doc: Y.Doc, step: typeof edit extends fc.Arbitrary<infer T> ? T : never): void {
  const parts = liveParts(doc)
  switch (step.do) {
    case 'add':
      return addNode(doc, step.id)
    case 'remove':
      return parts.nodes.delete(step.id)
    case 'param': {
      const params = parts.nodes.get(step.id)?.get('params')
      if (params instanceof Y.Map) params.set('value', step.value)
      return
    }
    case 'move':
      return void parts.layout.set(step.id, new Y.Map(Object.entries({ x: step.value, y: 0 })))
    case 'connect':
      return void parts.edges.set(`${step.id}.x`, [step.from, 'value'])
    case 'cut':
      return parts.edges.delete(`${step.id}.x`)
    case 'note':
      return void parts.notes.set(step.id, new Y.Map(Object.entries({ text: String(step.value) })))
    case 'group':
      return parts.groups.has(step.id)
        ? parts.groups.delete(step.id)
        : void parts.groups.set(step.id, new Y.Map())
    case 'rename':
      return void parts.meta.set('name', `Named ${step.id}`)
  }
}

it('what follows along edit by edit is what reading everything anew gives', () => {
  fc.assert(
    fc.property(fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 12 }), (batches) => {
      const doc = new Y.Doc()
      writeLive(doc, emptyWorkflow('w'))
      const mirror = new LiveMirror(doc, DEFAULT_CAPS)
      for (const batch of batches) {
        for (const step of batch) apply(doc, step)
        expect(mirror.next()).toEqual(readLive(doc))
      }
    }),
    { numRuns: 200 },
  )
})

it('what did not change keeps its identity', () => {
  const doc = new Y.Doc()
  writeLive(doc, emptyWorkflow('w'))
  for (const name of ids) addNode(doc, name)
  const mirror = new LiveMirror(doc, DEFAULT_CAPS)
  const before = mirror.document
  const params = liveParts(doc).nodes.get('b')?.get('params') as Y.Map<unknown>
  params.set('value', 5)
  const after = mirror.next()
  expect(after.nodes.b.params).toEqual({ value: 5 })
  expect(after.nodes.a).toBe(before.nodes.a)
  expect(after.edges).toBe(before.edges)
  expect(after.notes).toBe(before.notes)
})
