import { actionFor, keyOf } from '../state/keymap'
import { TRANSPORT_ACTIONS } from './transport-actions'

/** Shift changes the key itself on most keyboards: `<` is Shift and the comma. */
const UNSHIFTED: Record<string, string> = { '<': ',', '>': '.', ';': ',', ':': '.' }

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="menu"], [role="dialog"], [role="listbox"]') !== null)

/** A button under the focus keeps its space bar. */
const isPressing = (event: KeyboardEvent) =>
  event.key === ' ' &&
  event.target instanceof HTMLElement &&
  event.target.closest('button, a, [role="button"], [role="slider"]') !== null

/** @returns whether the key was one of ours */
export function onTransportKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || isTyping(event.target) || isPressing(event)) return false
  const unshifted = event.shiftKey && UNSHIFTED[event.key]
  const id = actionFor(keyOf(event)) ?? (unshifted ? actionFor(`Shift+${unshifted}`) : undefined)
  const action = TRANSPORT_ACTIONS.find((entry) => entry.id === id)
  if (!action) return false
  event.preventDefault()
  action.run()
  return true
}
