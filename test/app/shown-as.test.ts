import { describe, expect, it } from 'vitest'
import { viewToOpen } from '../../app/_editor/state/shown-as'

describe('a workflow that is opened', () => {
  it('is shown as the address says, before what was chosen', () => {
    expect(viewToOpen('form', 'graph', false)).toBe('form')
    expect(viewToOpen('list', 'form', true)).toBe('list')
  })

  it('is shown as it was chosen last', () => {
    expect(viewToOpen(null, 'form', false)).toBe('form')
    expect(viewToOpen(null, 'graph', true)).toBe('graph')
  })

  it('is a form on a phone and a graph elsewhere, also when the address says something else', () => {
    expect(viewToOpen(null, undefined, true)).toBe('form')
    expect(viewToOpen('upside-down', undefined, false)).toBe('graph')
  })
})
