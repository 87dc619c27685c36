'use client'
import { create } from 'zustand'

/** Which of the editor's palettes is open. */
export const usePalettes = create<{ open?: 'commands' | 'shortcuts' | 'record' }>(() => ({}))

export const closePalettes = (): void => usePalettes.setState({ open: undefined })
