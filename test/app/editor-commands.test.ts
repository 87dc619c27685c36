import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { liveJson } from '../../nodes/core/live-document'
import { emptyDocument, openTestEditor } from '../support/editor'

type TestEditor = ReturnType<typeof openTestEditor>

const withThree = () => {
  const editor = openTestEditor()
  const speech = editor.commands.addNode('input/audio', { x: 0, y: 0 })
  const first = editor.commands.addNode('input/pose', { x: 0, y: 300 })
  const gestures = editor.commands.addNode(
    'pose/procedural',
    { x: 300, y: 0 },
    { connect: { from: [speech, 'audio'] } },
  )
  editor.commands.connect([first, 'pose'], [gestures, 'firstPose'])
  return { ...editor, speech, first, gestures }
}

/** Documents without the order of keys, which Yjs does not keep. */
const plain = (document: WorkflowDocument) => JSON.parse(JSON.stringify(document))

describe('commands', () => {
  it('a node comes connected to the socket it was dragged from', () => {
    const { read, speech, gestures, first } = withThree()
    expect(read().edges).toEqual([
      { from: [speech, 'audio'], to: [gestures, 'audio'] },
      { from: [first, 'pose'], to: [gestures, 'firstPose'] },
    ])
  })

  it('a node stays chosen when one of its edges is taken away', () => {
    const { commands, selection, history, read, gestures } = withThree()
    selection.setState({ items: [gestures], edges: [] })
    commands.disconnect(`${gestures}.audio`)
    expect(read().edges).toHaveLength(1)
    expect(selection.getState().items).toEqual([gestures])
    history.undo()
    expect(read().edges).toHaveLength(2)
  })

  it('a node dropped on an edge stands between its ends', () => {
    const { commands, read, first, gestures } = withThree()
    const smooth = commands.addOnEdge(`${gestures}.firstPose`, 'pose/smooth', { x: 0, y: 0 })
    expect(read().edges).toContainEqual({ from: [first, 'pose'], to: [smooth, 'pose'] })
    expect(read().edges).toContainEqual({ from: [smooth, 'pose'], to: [gestures, 'firstPose'] })
  })

  it('dissolving a node in the middle joins what was around it', () => {
    const { commands, read, first, gestures } = withThree()
    const smooth = commands.addOnEdge(`${gestures}.firstPose`, 'pose/smooth', { x: 0, y: 0 })!
    commands.dissolve([smooth])
    expect(read().edges).toContainEqual({ from: [first, 'pose'], to: [gestures, 'firstPose'] })
    expect(Object.keys(read().nodes)).not.toContain(smooth)
  })

  it('a folded edge is drawn again when another one takes its place, and copies stay folded', () => {
    const { commands, read, history, first, gestures } = withThree()
    const edge = `${gestures}.firstPose`
    commands.setFolded([edge], true)
    expect(read().layout[gestures].folded).toEqual(['firstPose'])
    history.undo()
    expect(read().layout[gestures].folded).toBeUndefined()
    history.redo()
    const copied = commands.copy([first, gestures])
    commands.paste(copied, { x: 600, y: 600 })
    expect(Object.values(read().layout).filter(({ folded }) => folded?.includes('firstPose'))).toHaveLength(2)

    const other = commands.addNode('input/pose', { x: 0, y: 600 })
    commands.connect([other, 'pose'], [gestures, 'firstPose'])
    expect(read().layout[gestures].folded).toBeUndefined()
    history.undo()
    expect(read().layout[gestures].folded).toEqual(['firstPose'])
  })

  it('cards of a document without layout are folded, collapsed and resized into one that can be stored', () => {
    const { read, gestures } = withThree()
    const bare = openTestEditor({ ...read(), layout: {} })
    bare.commands.setFolded([`${gestures}.firstPose`], true)
    bare.commands.setCollapsed([bare.read().edges[0].from[0]], true)
    bare.commands.resizeItem(bare.read().edges[1].from[0], { w: 320 })
    expect(() => parseDocument(JSON.stringify(bare.read()))).not.toThrow()
    expect(bare.read().layout[gestures]).toEqual({ x: 0, y: 0, folded: ['firstPose'] })
  })

  it('deleting a node takes its edges along, and one undo brings all of it back, selected as before', () => {
    const { commands, read, history, selection, gestures } = withThree()
    const before = plain(read())
    expect(selection.getState().items).toEqual([gestures])
    commands.remove([gestures])
    expect(read().edges).toEqual([])
    expect(selection.getState().items).toEqual([])
    history.undo()
    expect(plain(read())).toEqual(before)
    expect(selection.getState().items).toEqual([gestures])
  })

  it('one drag of a slider is one step, the next drag another', () => {
    const { commands, read, history, gestures } = withThree()
    for (const energy of [1.1, 1.2, 1.3]) commands.setParam(gestures, 'energy', energy, { gesture: 'first' })
    for (const energy of [1.4, 1.5]) commands.setParam(gestures, 'energy', energy, { gesture: 'second' })
    history.undo()
    expect(read().nodes[gestures].params.energy).toBe(1.3)
    history.undo()
    expect(read().nodes[gestures].params.energy).toBeUndefined()
    history.redo()
    expect(read().nodes[gestures].params.energy).toBe(1.3)
  })

  it('a duplicate keeps the edges that lead into the original', () => {
    const { commands, read, speech, gestures } = withThree()
    const [copy] = commands.duplicate([gestures])
    expect(read().edges).toContainEqual({ from: [speech, 'audio'], to: [copy, 'audio'] })
  })

  it('what is copied in one tab arrives in another with new ids, its edges, and its place beside each other', () => {
    const { commands, speech, gestures } = withThree()
    const other = openTestEditor()
    const made = other.commands.paste(commands.copy([speech, gestures]), { x: 1000, y: 1000 })
    const { nodes, edges, layout } = other.read()
    expect(made).not.toContain(speech)
    expect(
      Object.values(nodes)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['input/audio', 'pose/procedural'])
    expect(edges).toHaveLength(1)
    expect(Object.values(layout)).toContainEqual({ x: 1000, y: 1000 })
    expect(Object.values(layout)).toContainEqual({ x: 1300, y: 1000 })
  })

  it('undo takes back what this person did, not what another did meanwhile', () => {
    const editor = withThree()
    const other = new Y.Doc()
    Y.applyUpdate(other, Y.encodeStateAsUpdate(editor.doc))
    editor.commands.setTitle(editor.gestures, 'Mine')
    const theirs = openTestEditor(liveJson(other), other)
    theirs.commands.setTitle(editor.speech, 'Theirs')
    Y.applyUpdate(editor.doc, Y.encodeStateAsUpdate(other), 'studio')
    editor.history.undo()
    expect(editor.read().nodes[editor.gestures].title).toBeNull()
    expect(editor.read().nodes[editor.speech].title).toBe('Theirs')
  })

  it('tidy puts readers to the right of what they read, in one step', async () => {
    const { commands, read, history, speech, gestures } = withThree()
    const before = plain(read())
    await commands.tidy()
    expect(read().layout[gestures].x).toBeGreaterThanOrEqual(read().layout[speech].x + 208)
    history.undo()
    expect(plain(read())).toEqual(before)
  })
})

describe('structural sharing', () => {
  it('a param that changes leaves every other node, edge and place the same object', () => {
    const { commands, read, speech, gestures } = withThree()
    const before = read()
    commands.setParam(gestures, 'energy', 0.5)
    const after = read()
    expect(after.nodes[gestures]).not.toBe(before.nodes[gestures])
    expect(after.nodes[speech]).toBe(before.nodes[speech])
    expect(after.layout).toBe(before.layout)
    expect(after.edges).toBe(before.edges)
  })

  it('moving a node changes no node', () => {
    const { commands, read, speech } = withThree()
    const before = read()
    commands.moveItems({ [speech]: { x: 40, y: 40 } })
    expect(read().nodes).toBe(before.nodes)
    expect(read().layout[speech]).toEqual({ x: 40, y: 40 })
  })
})

const TYPES = ['input/image', 'input/pose', 'pose/smooth', 'pose/blend', 'mask/motion', 'render/warp']

type Step = (editor: TestEditor) => void

/** Picks by number, so that a step means the same however the document looks by then. */
const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]
const ids = (editor: TestEditor) => Object.keys(editor.read().nodes).sort()

const arbitraryStep: fc.Arbitrary<Step> = fc
  .record({ kind: fc.nat(13), a: fc.nat(50), b: fc.nat(50), value: fc.integer({ min: -500, max: 500 }) })
  .map(({ kind, a, b, value }) => (editor) => {
    const { commands, read } = editor
    const [one, two] = [pick(ids(editor), a), pick(ids(editor), b)]
    const edge = pick(read().edges, a)
    const key = edge && `${edge.to[0]}.${edge.to[1]}`
    if (kind === 0 || !one || !two) commands.addNode(pick(TYPES, a)!, { x: value, y: b })
    else if (kind === 1) commands.remove([one])
    else if (kind === 2) commands.setParam(one, 'padding', value, { gesture: `g${b % 3}` })
    else if (kind === 3) commands.moveItems({ [one]: { x: value, y: a } })
    else if (kind === 4) commands.joinNode(one, { from: [two, 'pose'] })
    else if (kind === 5 && key) commands.disconnect(key)
    else if (kind === 6) commands.duplicate([one, two])
    else if (kind === 7) commands.group([one, two])
    else if (kind === 8) commands.addNote({ x: value, y: value }, `note ${value}`)
    else if (kind === 9) commands.setMode([one], pick(['on', 'mute', 'bypass'] as const, b)!)
    else if (kind === 10) commands.setTitle(one, `title ${value}`)
    else if (kind === 11 && key) commands.addOnEdge(key, 'pose/smooth', { x: value, y: a })
    else if (kind === 12) commands.setCollapsed([one], value > 0)
    else if (kind === 13) commands.dissolve([one])
  })

describe('any sequence of edits', () => {
  it('undone step by step ends where it began, and redone where it ended', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 25 }), (steps) => {
        const editor = openTestEditor()
        for (const step of steps) step(editor)
        const end = plain(editor.read())
        while (editor.history.store.getState().undo !== undefined) editor.history.undo()
        expect(plain(editor.read())).toEqual(plain(emptyDocument()))
        while (editor.history.store.getState().redo !== undefined) editor.history.redo()
        expect(plain(editor.read())).toEqual(end)
      }),
      { numRuns: 150 },
    )
  })

  it('leaves the store equal to what the live document says', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStep, { maxLength: 25 }), fc.nat(10), (steps, undos) => {
        const editor = openTestEditor()
        for (const step of steps) step(editor)
        for (let i = 0; i < undos; i++) editor.history.undo()
        expect(editor.read()).toEqual(liveJson(editor.doc))
      }),
      { numRuns: 100 },
    )
  })
})

describe('pasting text that was made to do harm', () => {
  const refused: [string, string][] = [
    ['not JSON', '{"schema": 1, nodes'],
    ['no workflow', '{"schema": 1}'],
    ['a newer schema', '{"schema": 99, "nodes": {}, "edges": []}'],
    [
      'a prototype as a node',
      '{"schema":1,"id":"x","nodes":{"__proto__":{"type":"a/b","version":1}},"edges":[]}',
    ],
    [
      'too many nodes',
      JSON.stringify({
        schema: 1,
        id: 'x',
        edges: [],
        nodes: Object.fromEntries(
          Array.from({ length: 2001 }, (_, i) => [`n${i}`, { type: 'a/b', version: 1 }]),
        ),
      }),
    ],
    [
      'places beyond all bounds',
      '{"schema":1,"id":"x","nodes":{"a":{"type":"a/b","version":1}},"edges":[],"layout":{"a":{"x":1e300,"y":0}}}',
    ],
    [
      'an edge to nowhere in the prototype',
      '{"schema":1,"id":"x","nodes":{"a":{"type":"a/b","version":1}},"edges":[{"from":["constructor","x"],"to":["a","y"]}]}',
    ],
  ]
  for (const [what, text] of refused) {
    it(`${what} is refused with a sentence and changes nothing`, () => {
      const editor = withThree()
      const before = plain(editor.read())
      expect(() => editor.commands.paste(text, { x: 0, y: 0 })).toThrow(/workflow|JSON|node|schema/)
      expect(plain(editor.read())).toEqual(before)
    })
  }

  it('an unknown node type is kept, not dropped', () => {
    const { commands, read } = openTestEditor()
    commands.paste(
      '{"schema":1,"id":"x","nodes":{"a":{"type":"future/thing","version":3,"params":{"k":[1]}}},"edges":[]}',
      { x: 0, y: 0 },
    )
    expect(Object.values(read().nodes)).toMatchObject([
      { type: 'future/thing', version: 3, params: { k: [1] } },
    ])
  })

  it('notes and groups are read as text and numbers, whatever they hold', () => {
    const { commands, read } = openTestEditor()
    commands.paste(
      JSON.stringify({
        schema: 1,
        id: 'x',
        nodes: {},
        edges: [],
        notes: [{ id: 'n', text: { a: 1 }, x: 'far', w: 1e99 }],
        groups: [{ id: 'g', title: 7, colour: 'url(http://x)' }],
      }),
      { x: 0, y: 0 },
    )
    expect(read().notes).toMatchObject([{ text: '', x: 0, w: 100_000 }])
    expect(read().groups).toMatchObject([{ title: '', colour: 'grey' }])
  })
})
