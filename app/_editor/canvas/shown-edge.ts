'use client'
import { create } from 'zustand'

/** The folded edge whose chip is pointed at: it is drawn as long as that. */
export const useShownEdge = create<{ edge?: string }>(() => ({}))
