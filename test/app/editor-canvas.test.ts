import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edgePath } from '../../app/_editor/canvas/edge-path'
import { flowItems } from '../../app/_editor/canvas/flow-items'
import { alignToOthers } from '../../app/_editor/canvas/guides'
import { commonParams, paramsOf } from '../../app/_editor/inspector/param-schema'
import { compareDocuments } from '../../app/_editor/panels/compare-documents'
import { keyOf } from '../../app/_editor/state/keymap'
import { openTestEditor } from '../support/editor'

const NOBODY = new Set<string>()

describe('items of the canvas', () => {
  it('an edit of one node makes a new item for that node only', () => {
    const { commands, read, definitions } = openTestEditor()
    const a = commands.addNode('input/pose', { x: 0, y: 0 })
    const b = commands.addNode('pose/smooth', { x: 300, y: 0 }, { connect: { from: [a, 'pose'] } })
    const items = flowItems()
    const before = items.nodes(read(), definitions, NOBODY, new Map())
    commands.setParam(b, 'body', 10)
    expect(items.nodes(read(), definitions, NOBODY, new Map())).toEqual(before)
    commands.moveItems({ [b]: { x: 400, y: 0 } })
    const after = items.nodes(read(), definitions, NOBODY, new Map())
    expect(after[0]).toBe(before[0])
    expect(after[1].position).toEqual({ x: 400, y: 0 })
  })

  it('sockets lie on the border of the card, one row after the other', () => {
    const { commands, read, definitions } = openTestEditor()
    commands.addNode('render/warp', { x: 0, y: 0 })
    const [card] = flowItems().nodes(read(), definitions, NOBODY, new Map())
    const inputs = card.handles!.filter(({ type }) => type === 'target')
    expect(inputs.map(({ x }) => x + 12)).toEqual(inputs.map(() => 0))
    expect(inputs[1].y - inputs[0].y).toBe(20)
    expect(card.handles!.find(({ type }) => type === 'source')!.x + 12).toBe(card.width)
  })
})

describe('edges', () => {
  it('begin and end at their sockets, whichever way they go', () => {
    const coordinate = fc.integer({ min: -2000, max: 2000 })
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x1, y1, x2, y2) => {
        const path = edgePath(x1, y1, x2, y2)
        expect(path.startsWith(`M${x1} ${y1}`)).toBe(true)
        expect(path.endsWith(`${x2} ${y2}`)).toBe(true)
        expect(path).not.toContain('NaN')
      }),
    )
  })
})

describe('guides', () => {
  const other = { x: 100, y: 100, w: 50, h: 50 }
  it('a box a few pixels off comes to lie in line', () => {
    const { dx, dy, guides } = alignToOthers({ x: 103, y: 300, w: 80, h: 20 }, [other], 5)
    expect([dx, dy]).toEqual([-3, 0])
    expect(guides).toEqual([{ axis: 'x', at: 100, from: 100, to: 320 }])
  })
  it('a box far from everything stays where it is', () => {
    expect(alignToOthers({ x: 700, y: 700, w: 80, h: 20 }, [other], 5)).toEqual({ dx: 0, dy: 0, guides: [] })
  })
})

describe('the inspector reads the schema', () => {
  const { definitions } = openTestEditor()
  it('ranges, steps, units and folds of a node come from its definition', () => {
    const params = new Map(paramsOf(definitions.get('pose/procedural')!).map((param) => [param.key, param]))
    expect(params.get('energy')).toMatchObject({
      unit: '×',
      default: 1,
      kind: { is: 'number', min: 0, max: 2, step: 0.05, slider: true },
    })
    expect(params.get('seed')?.kind.is).toBe('seed')
    expect(params.get('snap')).toMatchObject({ advanced: true, kind: { is: 'switch' } })
  })
  it('every param of every node has a control of its own', () => {
    const without = definitions
      .all()
      .flatMap((entry) =>
        paramsOf(entry).flatMap(({ key, kind }) => (kind.is === 'data' ? [`${entry.id}.${key}`] : [])),
      )
    expect(without).toEqual([])
  })
  it('several nodes share the params that are the same in all', () => {
    const smooth = definitions.get('pose/smooth')!
    expect(commonParams([smooth, smooth]).map(({ key }) => key)).toContain('body')
    expect(commonParams([smooth, definitions.get('mask/motion')!])).toEqual([])
  })
})

it('what restoring a version would change is said node by node', () => {
  const { commands, read, definitions } = openTestEditor()
  const id = commands.addNode('mask/motion', { x: 0, y: 0 })
  const then = read()
  commands.setParam(id, 'padding', 8)
  commands.addNode('pose/smooth', { x: 300, y: 0 })
  expect(compareDocuments(read(), then, (type) => definitions.get(type)!.title)).toEqual([
    'Removes Smooth pose',
    'Motion masks, padding: 8 → default',
  ])
})

it('keys are written with their modifiers in one order, signs without Shift', () => {
  const press = (key: string, mods: Partial<KeyboardEvent> = {}) =>
    keyOf({ key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...mods })
  expect(press('z', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+Z')
  expect(press('?', { shiftKey: true })).toBe('?')
  expect(press('ç', { altKey: true, code: 'KeyC' })).toBe('Alt+C')
  expect(press('k', { metaKey: true })).toBe('Ctrl+K')
})
