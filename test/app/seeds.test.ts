import { expect, it } from 'vitest'
import { planOf } from '../../app/_editor/bar/plan'
import { freeSeeds, takeFreeSeeds } from '../../app/_editor/bar/seeds'
import { openTestEditor } from '../support/editor'

function withTwo() {
  const editor = openTestEditor()
  const speech = editor.commands.addNode('input/audio', { x: 0, y: 0 })
  const one = editor.commands.addNode(
    'pose/procedural',
    { x: 300, y: 0 },
    { connect: { from: [speech, 'audio'] } },
  )
  const smooth = editor.commands.addNode(
    'pose/smooth',
    { x: 600, y: 0 },
    { connect: { from: [one, 'pose'] } },
  )
  const two = editor.commands.addNode('pose/procedural', { x: 300, y: 400 })
  for (const id of [one, two]) editor.commands.setParam(id, 'seed', 5)
  const seeds = () => [one, two].map((id) => editor.read().nodes[id].params.seed)
  return { ...editor, document: editor.store, one, two, smooth, seeds }
}

it('a locked seed stays the same run after run, and every seed is locked until somebody unlocks it', () => {
  const editor = withTwo()
  for (let i = 0; i < 3; i++) takeFreeSeeds(editor)
  expect(editor.seeds()).toEqual([5, 5])
})

it('an unlocked seed is another one in every run, as one edit that can be undone', () => {
  const editor = withTwo()
  editor.commands.setFreeSeed([editor.one, editor.two], true)
  takeFreeSeeds(editor)
  const first = editor.seeds()
  takeFreeSeeds(editor)
  expect(editor.seeds()).not.toEqual(first)
  editor.history.undo()
  expect(editor.seeds()).toEqual(first)
  editor.history.undo()
  expect(editor.seeds()).toEqual([5, 5])
  editor.commands.setFreeSeed([editor.one], false)
  expect(freeSeeds(editor)).toEqual([editor.two])
})

it('a run up to a node takes new seeds only for what it computes', () => {
  const editor = withTwo()
  editor.commands.setFreeSeed([editor.one, editor.two], true)
  takeFreeSeeds(editor, [editor.smooth])
  const [one, two] = editor.seeds()
  expect(one).not.toBe(5)
  expect(two).toBe(5)
})

it('a node that is off keeps its seed', () => {
  const editor = withTwo()
  editor.commands.setFreeSeed([editor.one], true)
  editor.commands.setMode([editor.one], 'mute')
  takeFreeSeeds(editor)
  expect(editor.seeds()).toEqual([5, 5])
})

it('the plan does not call up to date what the next run will change', () => {
  const analysis = { workflow: 'w', revision: 1, facts: {}, problems: [], targets: ['a'], values: {} }
  const steps = [{ step: 'a', node: 'a', state: 'cached' as const, why: '' }]
  expect(planOf({ ...analysis, steps } as never, 1)?.text).toBe('Everything is up to date')
  expect(planOf({ ...analysis, steps } as never, 1, true)?.text).toBe('Will run with a new seed')
})
