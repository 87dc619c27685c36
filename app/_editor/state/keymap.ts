'use client'
import { create } from 'zustand'
import { TRANSPORT_ACTIONS } from '../dock/transport-actions'
import { ACTIONS } from './actions'

const STORED = 'mmgt.keys'

/** Keys of an action as they were chosen on this device; an action that is not in it has its defaults. */
type Chosen = Readonly<Record<string, readonly string[]>>

/** What the run commands add to the actions of the canvas. */
const MORE: { id: string; label: string; section: string; keys: readonly string[] }[] = [
  { id: 'commands', label: 'Command palette', section: 'View', keys: ['Ctrl+K'] },
  { id: 'shortcuts', label: 'Shortcuts', section: 'View', keys: ['?'] },
  { id: 'run', label: 'Run', section: 'Run', keys: ['Ctrl+Enter'] },
  { id: 'run-selected', label: 'Run to the selected node', section: 'Run', keys: ['Ctrl+Shift+Enter'] },
  { id: 'cancel', label: 'Cancel the run', section: 'Run', keys: ['Ctrl+.'] },
]

export interface Shortcut {
  id: string
  label: string
  section: string
  keys: readonly string[]
}

const DEFAULTS: readonly Shortcut[] = [
  ...ACTIONS.map(({ id, label, section, keys = [] }) => ({ id, label, section, keys })),
  ...MORE,
  ...TRANSPORT_ACTIONS.map(({ id, label, keys }) => ({ id, label, section: 'Time', keys })),
]

const store = create<{ chosen: Chosen }>(() => ({ chosen: remembered() }))

function remembered(): Chosen {
  if (typeof localStorage === 'undefined') return {}
  try {
    const read: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}')
    if (typeof read !== 'object' || read === null) return {}
    return Object.fromEntries(
      Object.entries(read).filter(
        (entry): entry is [string, string[]] =>
          Array.isArray(entry[1]) && entry[1].every((key) => typeof key === 'string'),
      ),
    )
  } catch {
    return {} // written by something else
  }
}

const keysOf = (chosen: Chosen, { id, keys }: Shortcut) => chosen[id] ?? keys

/** Every shortcut with the keys it has now. */
export const shortcuts = (): Shortcut[] => {
  const { chosen } = store.getState()
  return DEFAULTS.map((entry) => ({ ...entry, keys: keysOf(chosen, entry) }))
}

/** The action behind a key, written as `keyOf` writes it. */
export function actionFor(key: string): string | undefined {
  return shortcuts().find(({ keys }) => keys.includes(key))?.id
}

/** Gives an action another key; whatever had that key loses it. */
export function bind(id: string, key: string): void {
  const next: Record<string, readonly string[]> = { ...store.getState().chosen }
  for (const entry of shortcuts()) {
    if (entry.id !== id && entry.keys.includes(key))
      next[entry.id] = entry.keys.filter((other) => other !== key)
  }
  next[id] = [key]
  save(next)
}

export function resetKeys(id?: string): void {
  const { [id ?? '']: _, ...rest } = store.getState().chosen
  save(id === undefined ? {} : rest)
}

function save(chosen: Chosen): void {
  store.setState({ chosen })
  localStorage.setItem(STORED, JSON.stringify(chosen))
}

const NAMES: Record<string, string> = {
  Escape: 'Esc',
  Delete: 'Del',
  Enter: '↵',
  Backspace: '⌫',
  ' ': 'Space',
}

/** `Ctrl+Shift+Z` → `Ctrl Shift Z` */
export const sayKey = (key: string): string =>
  (key === '+' ? ['+'] : key.split('+')).map((part) => NAMES[part] ?? part).join(' ')

/** A key press as the keymap writes it: modifiers in a fixed order, letters in capitals. Command counts as Control. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'code'>,
): string {
  const { key } = event
  // Alt and a letter is a character of its own on some systems.
  const letter = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : key
  const name = letter.length === 1 ? letter.toUpperCase() : letter
  const isSign = name.length === 1 && !/[A-Z0-9 ]/.test(name) // Shift is part of a sign already
  return [
    (event.ctrlKey || event.metaKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && !isSign && 'Shift',
    name,
  ]
    .filter(Boolean)
    .join('+')
}

export function useKeymap() {
  const chosen = store((state) => state.chosen)
  return {
    all: DEFAULTS.map((entry) => ({ ...entry, keys: keysOf(chosen, entry), changed: entry.id in chosen })),
    /** The first key of an action as menus show it. */
    shown(id: string): string | undefined {
      const entry = DEFAULTS.find((shortcut) => shortcut.id === id)
      const key = entry && keysOf(chosen, entry)[0]
      return key && sayKey(key)
    },
  }
}
