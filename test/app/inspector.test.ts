import { beforeEach, describe, expect, it, vi } from 'vitest'
import { differingParams } from '../../app/_editor/inspector/differing-params'
import { compareDocuments } from '../../app/_editor/panels/compare-documents'
import { catalogEntry } from '../../nodes/core/catalog'
import { registry } from '../../nodes/registry'
import { openTestEditor } from '../support/editor'

const gestures = catalogEntry(registry.get('pose/procedural')!)
const audio = catalogEntry(registry.get('input/audio')!)
const noName = () => undefined

describe('the settings of an earlier result', () => {
  it('are named where they are not those of now, with both values', () => {
    const differing = differingParams(gestures, { seed: 5 }, { seed: 7 }, noName)
    expect(differing).toEqual([{ key: 'seed', label: 'Seed', was: '5', is: '7' }])
  })

  it('do not differ where the default was written down or left out', () => {
    const { seed } = (gestures.params as { properties: Record<string, { default?: unknown }> }).properties
    expect(seed.default).toBeDefined()
    expect(differingParams(gestures, { seed: seed.default }, {}, noName)).toEqual([])
  })

  it('name files as the library does', () => {
    const name = (id: string) => ({ a: 'take 1.wav', b: 'take 2.wav' })[id]
    const differing = differingParams(audio, { asset: 'a' }, { asset: 'b' }, name)
    expect(differing).toMatchObject([{ label: 'File', was: 'take 1.wav', is: 'take 2.wav' }])
  })

  it('come back as one edit, and those that were the default then are the default again', () => {
    const { commands, read, history } = openTestEditor()
    const id = commands.addNode('pose/procedural', { x: 0, y: 0 }, { params: { seed: 7, candidates: 2 } })
    const now = read().nodes[id].params
    commands.replaceParams(id, { seed: 5 }, 'use the settings of run 1')
    expect(read().nodes[id].params).toEqual({ seed: 5 })
    expect(history.store.getState().undo).toBe('use the settings of run 1')
    history.undo()
    expect(read().nodes[id].params).toEqual(now)
  })
})

describe('a note about a node', () => {
  const withNote = () => {
    const editor = openTestEditor()
    const id = editor.commands.addNode('pose/procedural', { x: 0, y: 0 })
    editor.commands.setNodeNote(id, 'Calmer', { gesture: 'a' })
    editor.commands.setNodeNote(id, 'Calmer than take 2', { gesture: 'a' })
    return { ...editor, id }
  }

  it('is one step of undo for what was written in one go', () => {
    const { read, history, id } = withNote()
    expect(read().nodes[id].note).toBe('Calmer than take 2')
    history.undo()
    expect(read().nodes[id]).not.toHaveProperty('note')
  })

  it('goes along with a copy of the node, and an empty one leaves nothing behind', () => {
    const { commands, read, id } = withNote()
    const [copy] = commands.duplicate([id])
    expect(read().nodes[copy].note).toBe('Calmer than take 2')
    commands.setNodeNote(copy, '')
    expect(read().nodes[copy]).not.toHaveProperty('note')
    expect(read().nodes[id].note).toBe('Calmer than take 2')
  })

  it('is named where two versions of a workflow are compared', () => {
    const { commands, read, id } = withNote()
    const before = read()
    commands.setNodeNote(id, 'Other')
    expect(compareDocuments(read(), before, () => 'Gestures')).toEqual(['Gestures has another note'])
  })
})

describe('the tab of the inspector', () => {
  const known = new Map<string, string>()
  beforeEach(() => {
    known.clear()
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => known.get(key) ?? null,
      setItem: (key: string, value: string) => known.set(key, value),
    })
    vi.resetModules()
  })
  /** As a page that was loaded anew has it. */
  const reloaded = async () => {
    vi.resetModules()
    return await import('../../app/_editor/inspector/tab-store')
  }

  it('is the one that was open before a reload; one that is not known is the first', async () => {
    const { openTab, openedTab } = await reloaded()
    expect(openedTab()).toBe('settings')
    openTab('history')
    expect((await reloaded()).openedTab()).toBe('history')
    known.set('inspector tab', 'gone')
    expect((await reloaded()).openedTab()).toBe('settings')
  })
})
