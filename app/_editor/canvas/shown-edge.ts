'use client'
import { create } from 'zustand'

/** The folded edge whose chip is pointed at or has the focus: it is drawn as long. */
export const useShownEdge = create<{ edge?: string }>(() => ({}))
