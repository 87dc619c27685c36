'use client'
import { create } from 'zustand'

interface Viewer {
  /** The run whose result is open. */
  run: string | null
  /** The run that is shown beside it. */
  beside: string | null
  open(run: string): void
  compare(run: string): void
  close(): void
}

export const useViewer = create<Viewer>((set) => ({
  run: null,
  beside: null,
  open: (run) => set({ run, beside: null }),
  compare: (beside) => set({ beside }),
  close: () => set({ run: null, beside: null }),
}))
