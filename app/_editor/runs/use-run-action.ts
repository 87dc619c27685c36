'use client'
import { useCallback } from 'react'
import { studioError } from '../../_lib/trpc'
import { showToast } from '../../_ui/toast'

/** Does something to a run; a refusal is said with its reason. */
export function useRunAction(): (action: () => Promise<unknown>) => void {
  return useCallback((action) => {
    action().catch((error) => {
      const { message, hint } = studioError(error)
      showToast({ message, hint, tone: 'err' })
    })
  }, [])
}
