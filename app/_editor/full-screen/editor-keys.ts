'use client'
import { useEffect, useRef } from 'react'
import { onTransportKey } from '../dock/transport-keys'

/** Actions by key: `event.key` in lower case, with `ctrl+`, `shift+`, `alt+` in front. */
export type EditorKeys = Record<string, (event: KeyboardEvent) => void>

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="menu"], [role="listbox"], [data-radix-popper-content-wrapper]') !== null)

/**
 * The keyboard while an editor fills the window. It hears keys before the graph below does and keeps all of them: with
 * the graph out of sight nothing there must be deleted or moved. What the editor has no use for goes to the transport.
 */
export function useEditorKeys(keys: EditorKeys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (isInDialog(event.target)) return
      if (isTyping(event.target)) return
      const control = event.ctrlKey || event.metaKey
      const name = `${control ? 'ctrl+' : ''}${event.altKey ? 'alt+' : ''}${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`
      if (hasOwn(event.target, name)) return
      const action = latest.current[name]
      if (action) {
        event.preventDefault()
        action(event)
      } else onTransportKey(event)
      if (event.key !== 'Tab' && !isControlKey(event)) event.stopPropagation()
    }
    addEventListener('keydown', hear, true)
    return () => removeEventListener('keydown', hear, true)
  }, [])
}

/** A dialog of ours lies in a portal and looks after its own keys; what has the focus in the graph behind does not count. */
const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  !target.closest('[data-full-screen]') &&
  target.closest('[role="dialog"], [role="alertdialog"]') !== null

/** What a part takes itself, and keeps from the graph: `data-own-keys`, the names of keys as above with spaces between. */
const hasOwn = (target: EventTarget | null, name: string): boolean =>
  target instanceof HTMLElement &&
  target.closest<HTMLElement>('[data-own-keys]')?.dataset.ownKeys?.split(' ').includes(name) === true

/** Keys that buttons, sliders and lists inside the editor need themselves. */
const isControlKey = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  target.closest('button, [role="slider"], [role="radio"], [role="option"], [role="separator"], a') !==
    null &&
  /^(Enter| |Arrow.*|Home|End|PageUp|PageDown)$/.test(key)
