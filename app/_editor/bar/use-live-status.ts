'use client'
import { useCallback, useSyncExternalStore } from 'react'
import type { LiveStatus } from '../../_lib/live/open-document'
import { useEditor } from '../state/editor-context'

export function useLiveStatus(): LiveStatus {
  const { live } = useEditor()
  return useSyncExternalStore(
    useCallback((changed: () => void) => live.onStatus(changed), [live]),
    () => live.status(),
    () => 'loading' as const,
  )
}
