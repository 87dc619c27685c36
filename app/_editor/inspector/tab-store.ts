'use client'
import { create } from 'zustand'

const TABS = ['settings', 'sockets', 'history', 'notes', 'about'] as const
export type TabName = (typeof TABS)[number]

const KEY = 'inspector tab'

/** Of this browser tab, over nodes, workflows and reloads. */
function remembered(): TabName {
  const known = typeof sessionStorage === 'undefined' ? null : sessionStorage.getItem(KEY)
  return TABS.find((tab) => tab === known) ?? 'settings'
}

const useTabStore = create<{ tab: TabName }>(() => ({ tab: remembered() }))

/** The tab of the inspector that is open, whichever node it shows. */
export const useTab = (): TabName => useTabStore(({ tab }) => tab)

export const openedTab = (): TabName => useTabStore.getState().tab

export function openTab(tab: TabName): void {
  useTabStore.setState({ tab })
  sessionStorage.setItem(KEY, tab)
}
