import { beforeEach, expect, it } from 'vitest'
import { cannotPin, letPinGo, togglePin } from '../../app/_editor/inspector/pin-store'
import type { Editor } from '../../app/_editor/state/editor-context'
import { select } from '../../app/_editor/state/selection-store'
import { openTestEditor } from '../support/editor'

beforeEach(letPinGo)

it('a pin to a node that was deleted holds nothing: the next one is pinned at once', () => {
  const { commands, selection, store } = openTestEditor()
  const editor = { workflowId: 'w', document: store, selection } as unknown as Editor
  const [first, second] = [0, 300].map((y) => commands.addNode('input/audio', { x: 0, y }))
  togglePin(editor, first)
  select(selection, {})
  expect(cannotPin(editor)).toBeUndefined()
  commands.remove([first])
  expect(cannotPin(editor)).toBe('Choose one node first')
  togglePin(editor, second)
  expect(cannotPin(editor)).toBeUndefined()
})
