'use client'
import { create } from 'zustand'

export type PanelName = 'nodes' | 'assets' | 'runs' | 'versions'

/** Which panel is open beside the rail. */
export const usePanel = create<{ open?: PanelName }>(() => ({}))

export const togglePanel = (name: PanelName): void =>
  usePanel.setState(({ open }) => ({ open: open === name ? undefined : name }))
export const closePanel = (): void => usePanel.setState({ open: undefined })
