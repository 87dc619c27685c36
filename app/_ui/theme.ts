'use client'
import { useSyncExternalStore } from 'react'
import { THEME_KEY } from './set-theme'

export type Theme = 'dark' | 'light' | 'system'

const CHANGED = 'studio:theme'

function storedTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY)
  return stored === 'light' || stored === 'system' ? stored : 'dark'
}

const prefersLight = () => matchMedia('(prefers-color-scheme: light)')

function apply(theme: Theme): void {
  const light = theme === 'light' || (theme === 'system' && prefersLight().matches)
  if (light) document.documentElement.dataset.theme = 'light'
  else delete document.documentElement.dataset.theme
}

function subscribe(changed: () => void): () => void {
  const follow = () => {
    apply(storedTheme())
    changed()
  }
  const media = prefersLight()
  media.addEventListener('change', follow)
  window.addEventListener('storage', follow) // another tab
  window.addEventListener(CHANGED, follow)
  return () => {
    media.removeEventListener('change', follow)
    window.removeEventListener('storage', follow)
    window.removeEventListener(CHANGED, follow)
  }
}

/** The theme that was chosen on this device, and how to choose another. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, storedTheme, () => 'dark' as const)
  return [theme, setTheme]
}

function setTheme(theme: Theme): void {
  localStorage.setItem(THEME_KEY, theme)
  window.dispatchEvent(new Event(CHANGED))
}
