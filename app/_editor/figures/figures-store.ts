'use client'
import { create } from 'zustand'

interface Figures {
  isOpen: boolean
  /** The node whose figures somebody wanted to see; undefined for whatever there is. */
  focus?: string
  /** Ids of results, in the order of their columns; undefined until somebody chooses. */
  chosen?: readonly string[]
  /** The column that differences are taken from; the first unless somebody chooses. */
  reference?: string
  open(what?: { focus?: string; chosen?: readonly string[] }): void
  choose(chosen: readonly string[]): void
  close(): void
}

export const useFigures = create<Figures>((set) => ({
  isOpen: false,
  open: ({ focus, chosen } = {}) => set({ isOpen: true, focus, chosen, reference: undefined }),
  choose: (chosen) => set({ chosen }),
  close: () => set({ isOpen: false }),
}))
