'use client'
import { useCallback, useSyncExternalStore } from 'react'

const CHANGED = 'studio:stored'

/** A choice of how this device shows things, such as cards or rows. */
export function useStored<T extends string>(
  key: string,
  usual: T,
  allowed: readonly T[],
): [T, (value: T) => void] {
  const read = () => {
    const stored = localStorage.getItem(key) as T | null
    return stored && allowed.includes(stored) ? stored : usual
  }
  const value = useSyncExternalStore(subscribe, read, () => usual)
  const set = useCallback(
    (next: T) => {
      localStorage.setItem(key, next)
      window.dispatchEvent(new Event(CHANGED))
    },
    [key],
  )
  return [value, set]
}

function subscribe(changed: () => void): () => void {
  window.addEventListener(CHANGED, changed)
  window.addEventListener('storage', changed)
  return () => {
    window.removeEventListener(CHANGED, changed)
    window.removeEventListener('storage', changed)
  }
}
