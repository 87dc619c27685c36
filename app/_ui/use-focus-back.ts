'use client'
import { useRef } from 'react'

/** For the content of a dialog that no trigger of its own opens: what had the focus before has it again afterwards. */
export function useFocusBack() {
  const before = useRef<Element | null>(null)
  return {
    /** While it opens. */
    remember(): void {
      before.current = document.activeElement
    },
    /** While it closes. */
    giveBack(event: Event): void {
      if (!(before.current instanceof HTMLElement) || !before.current.isConnected) return
      event.preventDefault()
      before.current.focus()
    },
  }
}
