import { expect, it } from 'vitest'
import { withTitles } from '../../app/_editor/card/say-problem'
import { catalogEntry } from '../../nodes/core/catalog'
import { registry } from '../../nodes/registry'

it('a problem names nodes by their titles and inputs by their labels', () => {
  const nodes = {
    blend: { type: 'pose/blend', title: null },
    masks: { type: 'mask/motion', title: 'Where it moves' },
    gone: { type: 'someone/else', title: null },
  }
  const say = (text: string) => withTitles(text, nodes, (type) => definitions.get(type))
  expect(say('Input "a" of pose/blend (blend) is not connected.')).toBe(
    `Input “${definitions.get('pose/blend')!.inputs.a.label}” of Blend poses is not connected.`,
  )
  expect(say('It gets nothing, because Where it moves (masks) is switched off.')).toBe(
    'It gets nothing, because Where it moves is switched off.',
  )
  expect(say('There is no node type "someone/else".')).toBe('There is no node type "someone/else".')
})

const definitions = new Map(registry.all().map((definition) => [definition.id, catalogEntry(definition)]))
